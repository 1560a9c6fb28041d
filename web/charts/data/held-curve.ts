import type { CurvesQuery } from '../../api/generated/graphql.ts';
import { isUnreachable, QueryError } from '../../api/query.ts';
import { failureText } from '../../ui/failure-texts.ts';
import type { AxisScale } from './axis-scale.ts';
import type { Curve } from './curve.ts';
import type { CurveRequest } from './curve-request.ts';
import { type Frame, HeldRows } from './held-rows.ts';
import type { LiveRun } from './live-run.ts';
import { type CurveDelta, type LiveEvent, ofMetric } from './metric-delta.ts';

/** A curve is asked for anew at most so often, and for a tenth of the time at most. */
const PAUSE_MS = 1500;
const PAUSE_SHARE = 10;
/** The pause where a run cannot be read, or is not there. */
const REFUSED_PAUSE_MS = 5000;

type Result = CurvesQuery['compareRuns'][number]['result'];

type Content =
  | { readonly state: 'none' }
  | { readonly state: 'refused'; readonly message: string; readonly isMissing: boolean }
  | { readonly state: 'rows'; readonly rows: HeldRows };

function refusal({ __typename, message }: Exclude<Result, Frame>): Content {
  const isMissing = __typename === 'RunNotFound';
  const error = new QueryError(message, isMissing ? 'RUN_NOT_FOUND' : 'DATA_UNREADABLE');
  return { state: 'refused', message: failureText(error), isMissing };
}

/** What is known of the curve of one run and metric, and whether it has to be asked for, or asked for anew. */
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

  constructor(request: CurveRequest) {
    this.request = request;
  }

  get #rows(): HeldRows | null {
    return this.#content.state === 'rows' ? this.#content.rows : null;
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
    return this.#rows?.isWhole ?? false;
  }

  /** Whether the run logs the metric, and has no row in the range. */
  get isBare(): boolean {
    return this.#rows?.isBare ?? false;
  }

  /** The distance of rows, on average; 0 where it is not known. */
  get spacing(): number {
    return this.#rows?.spacing ?? 0;
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
    this.#content =
      result.__typename === 'MetricFrame'
        ? { state: 'rows', rows: new HeldRows(result, this.request) }
        : refusal(result);
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
    const rows = this.#rows;
    if (!rows) return;
    rows.merge(delta);
    // What is told is neither sampled nor smoothed.
    if (rows.length > 2 * this.request.points || this.request.smoothing > 0) this.#isOutdated = true;
  }

  /** As a panel draws it; the same object until it changes. Null where the run does not log the metric in the range. */
  draw(slot: number, scale: AxisScale): Curve | null {
    return this.#rows?.draw(slot, scale) ?? null;
  }
}
