import type { ComparedRun } from '../../address/compared-runs.ts';
import { askedRange } from './asked-range.ts';
import type { AxisScale } from './axis-scale.ts';
import { type CurveRequest, keyOf, pointsOf } from './curve-request.ts';
import { HeldCurve } from './held-curve.ts';
import type { LiveRun } from './live-run.ts';
import type { FailedPanel, PanelContext } from './panel-context.ts';
import { gatewayAxis, type Selection } from './selection.ts';

/** How many further ranges and smoothings are kept, for those who go back to them. */
const KEPT_VIEWS = 4;

/** A run of the panel, and its curve there. */
export interface Wanted {
  readonly run: ComparedRun;
  readonly scale: AxisScale;
  readonly live: LiveRun | null;
  readonly curve: HeldCurve;
  /** Whether the run is there now, though it was not when the curve was asked for. */
  readonly hasCome: boolean;
}

/** What is to be shown. */
export interface View {
  readonly selection: Selection;
  readonly wanted: readonly Wanted[];
  /** Runs that have no place on the axis. */
  readonly offAxis: readonly string[];
  /** Whether there are runs of which it is not known yet what they need. */
  readonly isPartial: boolean;
  /** Why that will not be known. */
  readonly failure: FailedPanel | null;
}

/** The curves of one metric that are held, of the ranges and smoothings that were looked at last. */
export class PanelCurves {
  readonly #metric: string;
  readonly #context: PanelContext;
  /** By their requests; those that were wanted last come last. */
  readonly #curves = new Map<string, HeldCurve>();

  constructor(metric: string, context: PanelContext) {
    this.#metric = metric;
    this.#context = context;
  }

  /** What the selection wants to be shown now. */
  look(): View {
    const selection = this.#context.selection.value;
    const wanted: Wanted[] = [];
    const offAxis: string[] = [];
    let isPartial = false;
    for (const run of selection.runs) {
      const scale = this.#context.scaleOf(run.runId);
      const live = this.#context.liveRunOf(run.runId);
      if (scale === null) offAxis.push(run.runId);
      else if (scale === undefined || live === undefined) isPartial = true;
      else {
        for (const curve of this.#curvesOf(run.runId, scale, selection)) {
          const hasCome = curve.isOfMissingRun && this.#context.exists(run.runId);
          wanted.push({ run, scale, live, curve, hasCome });
        }
      }
    }
    return { selection, wanted, offAxis, isPartial, failure: this.#context.axisFailure() };
  }

  /**
   * That of the visible range, or the one of all rows where nothing was thinned out of it. Where the range has no rows, both:
   * the line that leads across it is between rows that are not there.
   */
  #curvesOf(runId: string, scale: AxisScale, { runs, axis, range, smoothing }: Selection): readonly HeldCurve[] {
    const request = {
      runId,
      metric: this.#metric,
      axis: gatewayAxis(axis),
      range: null,
      smoothing,
      points: pointsOf(runs.length),
    };
    const all = this.#curves.get(keyOf(request));
    if (!range) return [this.#keep(request)];
    if (all) this.#keep(request);
    if (all?.isWhole) return [all];
    const ofRange = this.#keep({ ...request, range: askedRange(scale.toRun(range), all?.spacing ?? 0) });
    return ofRange.isBare ? [ofRange, this.#keep(request)] : [ofRange];
  }

  #keep(request: CurveRequest): HeldCurve {
    const key = keyOf(request);
    const curve = this.#curves.get(key) ?? new HeldCurve(request);
    this.#curves.delete(key);
    this.#curves.set(key, curve);
    return curve;
  }

  /** Follows no others any more, and forgets those that nobody has wanted for long. */
  leaveOthers(wanted: ReadonlySet<HeldCurve>): void {
    this.#leave(wanted, this.#curves.size - KEPT_VIEWS * Math.max(1, wanted.size));
  }

  /** Follows none any more, and forgets those that are not wanted. */
  rest(): void {
    const wanted = new Set(this.look().wanted.map(({ curve }) => curve));
    this.#leave(wanted, this.#curves.size);
    for (const curve of wanted) curve.unfollow();
  }

  #leave(kept: ReadonlySet<HeldCurve>, superfluous: number): void {
    let left = superfluous;
    for (const [key, curve] of this.#curves) {
      if (kept.has(curve)) continue;
      curve.unfollow();
      if (left-- > 0) this.#curves.delete(key);
    }
  }

  /** Lets all be asked for again, also where that has failed. */
  forgive(): void {
    for (const curve of this.#curves.values()) curve.forgive();
  }
}
