import { isJsonObject, type JsonObject } from './json-file.ts';
import type { RunLocation } from './layout.ts';
import { type RunStatus, toStatus } from './run-status.ts';

/** The primary metric that a run declared. `value` is null where it is not finite. */
export interface BestMetric {
  readonly name: string;
  readonly value: number | null;
  readonly step: number | null;
  readonly mode: string | null;
}

/** What is known of a run from its place and its small files. Times are Unix seconds. */
export interface RunRecord extends RunLocation {
  /** First and last segment of `path`; at the top, what meta.json says. */
  readonly project: string | null;
  readonly name: string | null;
  readonly alias: string | null;
  readonly tags: readonly string[];
  /** Where meta.json does not say, the directory's modification time. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly hostname: string | null;
  readonly pid: number | null;
  /** As reported: a run that says `running` though its process has died is `failed`. */
  readonly status: RunStatus;
  /** summary.json */
  readonly summary: JsonObject | null;
  readonly bestMetric: BestMetric | null;
  /** assets.json, `{}` where it cannot be read. */
  readonly assets: JsonObject;
  readonly assetsCount: number;
  /** The hyperparameters in assets.json. */
  readonly config: JsonObject | null;
}

/** The furthest from 1970 that a Date reaches, in seconds. */
const MAX_TIME = 8.64e12;

/** When meta.json says that the run was created, in Unix seconds. */
export function creationTime(meta: JsonObject | undefined): number | null {
  return toTime(meta?.created_at);
}

/** The record of a run with these files, with the status as it is on disk. */
export function recordOf(
  { id, directory, path }: RunLocation,
  createdAt: number,
  meta: JsonObject,
  status: JsonObject,
  summary: JsonObject | null,
  assets: JsonObject,
): RunRecord {
  const segments = path?.split('/');
  return {
    // Not spread: V8 would give each record a shape of its own, as large as the record.
    id,
    directory,
    path,
    project: segments?.at(0) ?? toText(meta.project),
    name: segments?.at(-1) ?? toText(meta.name),
    alias: toText(meta.alias),
    tags: toList(meta.tags).filter((tag) => typeof tag === 'string'),
    createdAt,
    startedAt: toTime(status.started_at),
    endedAt: toTime(status.ended_at),
    hostname: toText(meta.hostname),
    pid: toInteger(meta.pid),
    status: toStatus(status.status),
    summary,
    bestMetric: summary === null ? null : bestMetricOf(summary),
    assets,
    assetsCount: countAssets(assets),
    config: isJsonObject(assets.config) ? assets.config : null,
  };
}

function bestMetricOf(summary: JsonObject): BestMetric | null {
  const name = toText(summary.best_metric_name);
  if (name === null) return null;
  return {
    name,
    value: toNumber(summary.best_metric_value),
    step: toInteger(summary.best_metric_step),
    mode: toText(summary.best_metric_mode),
  };
}

function countAssets({ code, config, datasets, pretrained, outputs }: JsonObject): number {
  const hasSnapshot = isJsonObject(code) && isJsonObject(code.snapshot);
  const hasConfig = isJsonObject(config) && Object.keys(config).length > 0;
  const lists = [datasets, pretrained, outputs].reduce((count: number, list) => count + toList(list).length, 0);
  return Number(hasSnapshot) + Number(hasConfig) + lists;
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function toNumber(value: unknown): number | null {
  return Number.isFinite(value) ? Number(value) : null;
}

function toInteger(value: unknown): number | null {
  return Number.isSafeInteger(value) ? Number(value) : null;
}

function toTime(value: unknown): number | null {
  const time = toNumber(value);
  return time !== null && Math.abs(time) <= MAX_TIME ? time : null;
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
