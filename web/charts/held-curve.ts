import { type HeldMetrics, holdFrame, mergeDelta } from '../../examples/typescript/merge-delta.ts';
import type { AxisRange } from '../address/address.ts';
import type { Axis, CurvesQuery } from '../api/generated/graphql.ts';
import { isUnreachable, QueryError } from '../api/query.ts';
import { failureText } from '../ui/failure-texts.ts';
import type { AxisScale } from './axis-scale.ts';
import type { Curve } from './curve.ts';
import type { LiveRun } from './live-run.ts';
import { type CurveDelta, type LiveEvent, ofMetric } from './metric-delta.ts';
import { continueSmoothing } from './smoothing.ts';

/** Rows that are asked for: about two for each pixel of a large panel. */
export const POINTS = 2000;

/** A curve is asked for anew at most so often, and for a tenth of the time at most. */
const PAUSE_MS = 1500;
const PAUSE_SHARE = 10;

/** Which rows of which run, as the gateway is asked for them. */
export interface CurveRequest {
  readonly runId: string;
  readonly metric: string;
  readonly axis: Axis;
  /** In steps or seconds; null: all. */
  readonly range: AxisRange | null;
  /** Weight of the moving average; 0: none. */
  readonly smoothing: number;
}

/** Requests of one key have the same answer. */
export function keyOf({ runId, metric, axis, range, smoothing }: CurveRequest): string {
  return JSON.stringify([runId, metric, axis, range?.from, range?.to, smoothing]);
}

/** The name under which the smoothed series comes: no other than the metric's own is in the answer. */
export function smoothedName(metric: string): string {
  return `${metric} smoothed`;
}

type Result = CurvesQuery['compareRuns'][number]['result'];
type Frame = Extract<Result, { readonly __typename: 'MetricFrame' }>;

function refusalOf({ __typename, message }: Exclude<Result, Frame>): string {
  return failureText(new QueryError(message, __typename === 'RunNotFound' ? 'RUN_NOT_FOUND' : 'DATA_UNREADABLE'));
}

type Content =
  | { readonly state: 'none' }
  | { readonly state: 'refused'; readonly message: string }
  | {
      readonly state: 'rows';
      readonly held: HeldMetrics;
      /** Rows in the range when it was asked for, before sampling. */
      readonly totalCount: number;
      readonly isWhole: boolean;
      readonly isMissing: boolean;
      /** Of the NaNs and infinities those that the answer counted and did not list. */
      readonly unlisted: number;
      /** Numbers that the smoothed series takes in up to its end; infinite where it is not known. */
      readonly smoothedCount: number;
    };

/** The rows of one run and metric as far as they are known, and whether they have to be asked for, or asked for anew. */
export class HeldCurve {
  readonly request: CurveRequest;
  #content: Content = { state: 'none' };
  /** Why there is no content, or none that is newer. */
  #error: unknown = null;
  #isOutdated = true;
  /** What has been told since it was asked for; null while it is not. */
  #toldMeanwhile: CurveDelta[] | null = null;
  /** As performance.now() tells it. */
  #askedAt = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #unwatch: (() => void) | null = null;
  #drawn: { readonly slot: number; readonly scale: AxisScale; readonly curve: Curve } | null = null;

  constructor(request: CurveRequest) {
    this.request = request;
  }

  get isHeld(): boolean {
    return this.#content.state !== 'none';
  }

  /** Whether the gateway can tell more, or otherwise, than what is held. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  get error(): unknown {
    return this.#error;
  }

  /** Why the run has no curve; null where it has, or may have. */
  get refusal(): string | null {
    return this.#content.state === 'refused' ? this.#content.message : null;
  }

  /** Whether nothing was thinned out of the range, so that it serves for every part of it. */
  get isWhole(): boolean {
    return this.#content.state === 'rows' && this.#content.isWhole;
  }

  /** Whether the run logs the metric, and has no row in the range. */
  get isBare(): boolean {
    return this.#content.state === 'rows' && this.#content.held.x.length === 0 && !this.#content.isMissing;
  }

  /** The distance of rows, on average; 0 where it is not known. */
  get spacing(): number {
    if (this.#content.state !== 'rows') return 0;
    const { held, totalCount } = this.#content;
    const [first = 0, last = 0] = [held.x[0], held.x.at(-1)];
    return (last - first) / Math.max(1, totalCount, held.x.length);
  }

  /** Before then it is not to be asked for again: as performance.now() tells it. */
  get restsUntil(): number {
    return this.#restsUntil;
  }

  /** Lets it be asked for again although that has failed. */
  forgive(): void {
    this.#error = null;
    this.#restsUntil = Number.NEGATIVE_INFINITY;
  }

  /** From here on what is told belongs to the answer that will come. */
  ask(): void {
    this.#isOutdated = false;
    this.#toldMeanwhile = [];
    this.#askedAt = performance.now();
  }

  answer(result: Result): void {
    const told = this.#toldMeanwhile ?? [];
    this.#rest();
    this.#content =
      result.__typename === 'MetricFrame' ? this.#rowsOf(result) : { state: 'refused', message: refusalOf(result) };
    this.#endAsking(null);
    for (const delta of told) this.#merge(delta);
  }

  /** There was no answer, for that reason. */
  fail(error: unknown): void {
    this.#rest();
    // A gateway that starts again is not made to wait for as long as none was there.
    if (isUnreachable(error)) this.#restsUntil = performance.now() + PAUSE_MS;
    this.#isOutdated = true;
    this.#endAsking(error);
  }

  #rest(): void {
    const now = performance.now();
    this.#restsUntil = Math.max(this.#askedAt + PAUSE_MS, now + PAUSE_SHARE * (now - this.#askedAt));
  }

  /** The answer was not waited for. */
  giveUp(): void {
    this.#isOutdated = true;
    this.#endAsking(null);
  }

  #endAsking(error: unknown): void {
    this.#toldMeanwhile = null;
    this.#error = error;
    this.#drawn = null;
  }

  #rowsOf(frame: Frame): Content {
    const { metric, range } = this.request;
    const { nonFinite = [], nonFiniteCount = 0 } = frame.series.find(({ name }) => name === metric) ?? {};
    return {
      state: 'rows',
      held: holdFrame(frame),
      totalCount: frame.totalCount,
      isWhole: frame.rowCount === frame.totalCount,
      isMissing: frame.missingColumns.includes(metric),
      unlisted: nonFiniteCount - nonFinite.length,
      smoothedCount: range === null ? frame.totalCount - nonFiniteCount : Number.POSITIVE_INFINITY,
    };
  }

  get isFollowed(): boolean {
    return this.#unwatch !== null;
  }

  /** Is told what happens in the run until it ends. @param onChange called when something else is to be drawn, or asked for */
  follow(run: LiveRun, onChange: () => void): void {
    this.#unwatch ??= run.watch(this.request.metric, (event) => {
      this.#take(event);
      onChange();
    });
  }

  /** What happens from now on is missed. */
  unfollow(): void {
    if (this.#unwatch === null) return;
    this.#unwatch();
    this.#unwatch = null;
    this.#isOutdated = true;
    this.#restsUntil = Number.NEGATIVE_INFINITY;
  }

  #take(event: LiveEvent): void {
    if (event.__typename === 'StreamReset') {
      this.#isOutdated = true;
      this.#restsUntil = Math.min(this.#restsUntil, this.#askedAt + PAUSE_MS);
    }
    if (event.__typename === 'StreamEnd') this.#unwatch = null;
    if (event.__typename !== 'MetricDelta') return;
    const delta = ofMetric(event, this.request.metric, this.request.range);
    if (delta.frame.x.length === 0 && delta.removed.length === 0) return;
    this.#toldMeanwhile?.push(delta);
    this.#merge(delta);
  }

  #merge(delta: CurveDelta): void {
    if (this.#content.state !== 'rows') return;
    const { held } = this.#content;
    mergeDelta(held, delta);
    this.#drawn = null;
    // What is told is neither sampled nor smoothed.
    if (held.x.length > 2 * POINTS || this.request.smoothing > 0) this.#isOutdated = true;
  }

  /** As a panel draws it; the same object until it changes. Null where the run does not log the metric in the range. */
  draw(slot: number, scale: AxisScale): Curve | null {
    if (this.#content.state !== 'rows' || this.#content.held.x.length === 0) return null;
    if (this.#drawn?.slot === slot && this.#drawn.scale === scale) return this.#drawn.curve;
    const { runId, metric, smoothing } = this.request;
    const { held, isWhole, unlisted, smoothedCount } = this.#content;
    const columnOf = (name: string) => held.series.get(name)?.slice() ?? held.x.map(() => null);
    const values = columnOf(metric);
    const nonFinite = held.nonFinite.get(metric) ?? [];
    const curve: Curve = {
      runId,
      slot,
      x: held.x.map((x) => scale.toChart(x)),
      values,
      smoothed:
        smoothing > 0 ? continueSmoothing(values, columnOf(smoothedName(metric)), smoothing, smoothedCount) : null,
      nonFinite: nonFinite.map(({ x, value }) => ({ x: scale.toChart(x), value })),
      nonFiniteCount: nonFinite.length + unlisted,
      isWhole,
    };
    this.#drawn = { slot, scale, curve };
    return curve;
  }
}
