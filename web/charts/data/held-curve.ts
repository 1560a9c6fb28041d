import { type HeldMetrics, holdFrame, mergeDelta } from '../../../examples/typescript/merge-delta.ts';
import type { CurvesQuery } from '../../api/generated/graphql.ts';
import { isUnreachable, QueryError } from '../../api/query.ts';
import { failureText } from '../../ui/failure-texts.ts';
import { type AxisScale, UNKNOWN } from './axis-scale.ts';
import type { Curve } from './curve.ts';
import { type CurveRequest, smoothedName } from './curve-request.ts';
import type { LiveRun } from './live-run.ts';
import { type CurveDelta, type LiveEvent, ofMetric } from './metric-delta.ts';
import { continueSmoothing } from './smoothing.ts';

/** A curve is asked for anew at most so often, and for a tenth of the time at most. */
const PAUSE_MS = 1500;
const PAUSE_SHARE = 10;
/** The pause where a run cannot be read, or is not there. */
const REFUSED_PAUSE_MS = 5000;

type Result = CurvesQuery['compareRuns'][number]['result'];
type Frame = Extract<Result, { readonly __typename: 'MetricFrame' }>;

type Content =
  | { readonly state: 'none' }
  | { readonly state: 'refused'; readonly message: string; readonly isMissing: boolean }
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

function refusal({ __typename, message }: Exclude<Result, Frame>): Content {
  const isMissing = __typename === 'RunNotFound';
  const error = new QueryError(message, isMissing ? 'RUN_NOT_FOUND' : 'DATA_UNREADABLE');
  return { state: 'refused', message: failureText(error), isMissing };
}

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

  /** Whether there was no such run. */
  get isOfMissingRun(): boolean {
    return this.#content.state === 'refused' && this.#content.isMissing;
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
    this.#content = result.__typename === 'MetricFrame' ? this.#rowsOf(result) : refusal(result);
    const isRefused = this.#content.state === 'refused';
    // There is nothing to follow. Once there is, it is asked for first.
    if (isRefused) this.unfollow();
    this.#rest(isRefused ? REFUSED_PAUSE_MS : PAUSE_MS);
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

  #rest(least = PAUSE_MS): void {
    const now = performance.now();
    this.#restsUntil = Math.max(this.#askedAt + least, now + PAUSE_SHARE * (now - this.#askedAt));
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
    if (held.x.length > 2 * this.request.points || this.request.smoothing > 0) this.#isOutdated = true;
  }

  /** As a panel draws it; the same object until it changes. Null where the run does not log the metric in the range. */
  draw(slot: number, scale: AxisScale): Curve | null {
    if (this.#content.state !== 'rows' || this.#content.held.x.length === 0 || scale === UNKNOWN) return null;
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
