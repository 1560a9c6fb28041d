import { type HeldMetrics, holdFrame, mergeDelta } from '../../../examples/typescript/merge-delta.ts';
import type { CurvesQuery } from '../../api/generated/graphql.ts';
import { type AxisScale, UNKNOWN } from './axis-scale.ts';
import type { Curve } from './curve.ts';
import { type CurveRequest, smoothedName } from './curve-request.ts';
import type { CurveDelta } from './metric-delta.ts';
import { continueSmoothing } from './smoothing.ts';

/** The rows that answer a request. */
export type Frame = Extract<CurvesQuery['compareRuns'][number]['result'], { readonly __typename: 'MetricFrame' }>;

/** The rows of one run and metric: those that were asked for, and those told since. */
export class HeldRows {
  /** Whether nothing was thinned out of the range. */
  readonly isWhole: boolean;
  readonly #request: CurveRequest;
  readonly #held: HeldMetrics;
  /** Rows in the range when it was asked for, before sampling. */
  readonly #totalCount: number;
  readonly #isMissing: boolean;
  /** Of the NaNs and infinities those that the answer counted and did not list. */
  readonly #unlisted: number;
  /** Numbers that the smoothed series takes in up to its end; infinite where it is not known. */
  readonly #smoothedCount: number;
  #drawn: { readonly slot: number; readonly scale: AxisScale; readonly curve: Curve } | null = null;

  constructor(frame: Frame, request: CurveRequest) {
    const { metric, range } = request;
    const { nonFinite = [], nonFiniteCount = 0 } = frame.series.find(({ name }) => name === metric) ?? {};
    this.#request = request;
    this.#held = holdFrame(frame);
    this.#totalCount = frame.totalCount;
    this.isWhole = frame.rowCount === frame.totalCount;
    this.#isMissing = frame.missingColumns.includes(metric);
    this.#unlisted = nonFiniteCount - nonFinite.length;
    this.#smoothedCount = range === null ? frame.totalCount - nonFiniteCount : Number.POSITIVE_INFINITY;
  }

  get length(): number {
    return this.#held.x.length;
  }

  /** Whether the run logs the metric, and has no row in the range. */
  get isBare(): boolean {
    return this.length === 0 && !this.#isMissing;
  }

  /** The distance of rows, on average; 0 where it is not known. */
  get spacing(): number {
    const { x } = this.#held;
    const [first = 0, last = 0] = [x[0], x.at(-1)];
    return (last - first) / Math.max(1, this.#totalCount, x.length);
  }

  merge(delta: CurveDelta): void {
    mergeDelta(this.#held, delta);
    this.#drawn = null;
  }

  /** As a panel draws it; the same object until it changes. Null where there is nothing to draw. */
  draw(slot: number, scale: AxisScale): Curve | null {
    if (this.length === 0 || scale === UNKNOWN) return null;
    if (this.#drawn?.slot === slot && this.#drawn.scale === scale) return this.#drawn.curve;
    const curve = this.#curve(slot, scale);
    this.#drawn = { slot, scale, curve };
    return curve;
  }

  #curve(slot: number, scale: AxisScale): Curve {
    const { runId, metric, smoothing } = this.#request;
    const held = this.#held;
    const columnOf = (name: string) => held.series.get(name)?.slice() ?? held.x.map(() => null);
    const values = columnOf(metric);
    const nonFinite = held.nonFinite.get(metric) ?? [];
    return {
      runId,
      slot,
      x: held.x.map((x) => scale.toChart(x)),
      values,
      smoothed:
        smoothing > 0
          ? continueSmoothing(values, columnOf(smoothedName(metric)), smoothing, this.#smoothedCount)
          : null,
      nonFinite: nonFinite.map(({ x, value }) => ({ x: scale.toChart(x), value })),
      nonFiniteCount: nonFinite.length + this.#unlisted,
      isWhole: this.isWhole,
    };
  }
}
