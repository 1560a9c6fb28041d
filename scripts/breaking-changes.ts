import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

export interface BreakingChange {
  /** What it changes: `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`; `schema` for the roots. */
  readonly path: string;
  /** What it does to it, for people to read. */
  readonly message: string;
}

/**
 * What breaks clients between two schemas (SDL), and is not in the changelog: its section Unreleased names a change by
 * its path, as code.
 */
export async function unannouncedChanges(
  before: string,
  after: string,
  changelog: string,
): Promise<readonly BreakingChange[]> {
  const announced = new Set(Array.from(unreleased(changelog).matchAll(/`([^`]+)`/g), ([, code]) => code));
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ path = 'schema', message }) => ({ path, message }))
    .filter(({ path }) => !announced.has(path));
}

/** The section of what is not released yet; empty where there is none. */
function unreleased(changelog: string): string {
  const sections = changelog.split(/^## /m);
  return sections.find((section) => /^\[?Unreleased\b/i.test(section)) ?? '';
}
