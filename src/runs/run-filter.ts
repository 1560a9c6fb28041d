import { BadUserInput } from '../errors.ts';
import type { RunRecord } from './run-record.ts';
import type { RunStatus } from './run-status.ts';

/** Which runs are meant: those that meet every condition. One that is absent or null restricts nothing. */
export interface RunFilter {
  /** Words, each of which is in the id, the path, the alias or a tag, whatever the case. */
  readonly text?: string | null | undefined;
  /** The first segments of the path, all of them whole. */
  readonly pathPrefix?: string | null | undefined;
  /** One of these; none of them named: any. */
  readonly status?: readonly RunStatus[] | null | undefined;
  /** All of these, to the letter. */
  readonly tags?: readonly string[] | null | undefined;
  /** Then or later. */
  readonly createdAfter?: Date | null | undefined;
  /** Earlier. */
  readonly createdBefore?: Date | null | undefined;
}

export type RunCondition = (run: RunRecord) => boolean;

/** Longer than what is typed into a search box, short enough to be looked for in thousands of runs. */
const LONGEST_TEXT = 200;

/** Whether a run is meant by the filter. Throws BadUserInput for a text that is too long. */
export function conditionOf(filter: RunFilter | null | undefined): RunCondition {
  const { text, pathPrefix, status, tags, createdAfter, createdBefore } = filter ?? {};
  const conditions: RunCondition[] = [];
  if (text != null) conditions.push(hasWords(text));
  if (pathPrefix != null) conditions.push(liesBelow(pathPrefix));
  if (status != null && status.length > 0) conditions.push((run) => status.includes(run.status));
  if (tags != null) conditions.push(hasTags(tags));
  if (createdAfter != null) conditions.push((run) => createdMs(run) >= createdAfter.getTime());
  if (createdBefore != null) conditions.push((run) => createdMs(run) < createdBefore.getTime());
  return (run) => conditions.every((isMet) => isMet(run));
}

function hasWords(text: string): RunCondition {
  if (text.length > LONGEST_TEXT) {
    throw new BadUserInput(`filter.text: has ${text.length} characters, and may have ${LONGEST_TEXT}`);
  }
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  return (run) => words.every((word) => searchable(run).includes(word));
}

const searchables = new WeakMap<RunRecord, string>();

/** What texts are looked for in, made once a record. */
function searchable(run: RunRecord): string {
  const known = searchables.get(run);
  if (known !== undefined) return known;
  // A word has no blanks, so that none is found across two of these.
  const made = folded([run.id, run.path ?? '', run.alias ?? '', ...run.tags].join('\n'));
  searchables.set(run, made);
  return made;
}

/** Letters that look the same are the same: some file systems take `é` apart in names. */
function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function liesBelow(prefix: string): RunCondition {
  const parent = prefix
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
  if (parent === '') return () => true;
  return ({ path }) => path !== null && (path === parent || path.startsWith(`${parent}/`));
}

function hasTags(tags: readonly string[]): RunCondition {
  const wanted = [...new Set(tags)];
  return (run) => wanted.every((tag) => run.tags.includes(tag));
}

/** To the millisecond, as clients are told it. */
function createdMs({ createdAt }: RunRecord): number {
  return Math.trunc(createdAt * 1000);
}
