import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { ChartAxis } from '../address/address.ts';
import type { ComparedRun } from '../address/compared-runs.ts';
import { CurvesDocument, type CurvesQuery } from '../api/generated/graphql.ts';
import { isUnreachable, query } from '../api/query.ts';
import { askedRange } from './asked-range.ts';
import type { AxisScale } from './axis-scale.ts';
import type { Curve, PanelState } from './curve.ts';
import { type CurveRequest, HeldCurve, keyOf, POINTS, smoothedName } from './held-curve.ts';
import type { LiveRun } from './live-run.ts';
import type { RequestSlots } from './request-slots.ts';
import { gatewayAxis, type Selection } from './selection.ts';

/** While a slider or a drag moves, nothing is asked for. */
const QUIET_MS = 100;
/** How much longer than others a curve waits to be asked for again where no gateway answered. */
const UNREACHABLE_MS = 1000;
/** How many further ranges and smoothings are kept, for those who go back to them. */
const KEPT_VIEWS = 4;

/** What panels share. */
export interface PanelContext {
  readonly selection: ReadonlySignal<Selection>;
  /** Where the rows of a run lie on the axis; null where they have no place, undefined where that is not known yet. */
  readonly scaleOf: (runId: string) => AxisScale | null | undefined;
  /** What to follow where the run trains; null where it does not, undefined where that is not known yet. */
  readonly liveRunOf: (runId: string) => LiveRun | null | undefined;
  /** Why rows have no place on the axis, in the user's language. */
  readonly offAxis: (axis: ChartAxis) => string;
  readonly slots: RequestSlots;
}

/** A run of the panel, and its curve there. */
interface Wanted {
  readonly run: ComparedRun;
  readonly scale: AxisScale;
  readonly live: LiveRun | null;
  readonly curve: HeldCurve;
}

/** What is to be shown. */
interface View {
  readonly selection: Selection;
  readonly wanted: readonly Wanted[];
  /** Runs that have no place on the axis. */
  readonly offAxis: readonly string[];
  /** Whether there are runs of which it is not known yet what they need. */
  readonly isPartial: boolean;
}

type Shown = Extract<PanelState, { readonly state: 'shown' }>;

/**
 * The curves of one metric. While it is shown it asks for what is missing or outdated, follows the runs that train, and
 * keeps what it shows until there is something better.
 */
export class Panel {
  readonly #metric: string;
  readonly #context: PanelContext;
  readonly #state = signal<PanelState>({ state: 'loading' });
  /** By their requests; those that were wanted last come last. */
  readonly #curves = new Map<string, HeldCurve>();
  readonly #requests = new Set<{ readonly curves: readonly HeldCurve[]; readonly stopped: AbortController }>();
  /** What was shown last without anything missing, and of which selection. */
  #complete: { readonly selection: Selection; readonly shown: Shown } | null = null;
  #selection: Selection | null = null;
  #quietUntil = 0;
  #endEffect: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isFrameAwaited = false;

  constructor(metric: string, context: PanelContext) {
    this.#metric = metric;
    this.#context = context;
  }

  get state(): ReadonlySignal<PanelState> {
    return this.#state;
  }

  get isShown(): boolean {
    return this.#endEffect !== null;
  }

  /** Begins to load and to follow, or goes on with it. */
  show(): void {
    this.#endEffect ??= effect(() => {
      const view = this.#look();
      untracked(() => this.#care(view));
    });
  }

  /** Nothing is loaded or followed any more; what is shown stays. */
  hide(): void {
    this.#endEffect?.();
    this.#endEffect = null;
    clearTimeout(this.#timer);
    for (const { stopped } of this.#requests) stopped.abort();
    const { wanted } = untracked(() => this.#look());
    const kept = new Set(wanted.map(({ curve }) => curve));
    for (const [key, curve] of this.#curves) {
      curve.unfollow();
      if (!kept.has(curve)) this.#curves.delete(key);
    }
  }

  #look(): View {
    const selection = this.#context.selection.value;
    const wanted: Wanted[] = [];
    const offAxis: string[] = [];
    let isPartial = false;
    for (const run of selection.runs) {
      const scale = this.#context.scaleOf(run.runId);
      const live = this.#context.liveRunOf(run.runId);
      if (scale === null) offAxis.push(run.runId);
      else if (scale === undefined || live === undefined) isPartial = true;
      else wanted.push({ run, scale, live, curve: this.#curveOf(run.runId, scale, selection) });
    }
    return { selection, wanted, offAxis, isPartial };
  }

  /** That of the visible range, or the one of all rows where nothing was thinned out of it. */
  #curveOf(runId: string, scale: AxisScale, { axis, range, smoothing }: Selection): HeldCurve {
    const request = { runId, metric: this.#metric, axis: gatewayAxis(axis), range: null, smoothing };
    const all = this.#curves.get(keyOf(request));
    if (!range) return this.#keep(request);
    if (all) this.#keep(request);
    if (all?.isWhole) return all;
    return this.#keep({ ...request, range: askedRange(scale.toRun(range), all?.spacing ?? 0) });
  }

  #keep(request: CurveRequest): HeldCurve {
    const key = keyOf(request);
    const curve = this.#curves.get(key) ?? new HeldCurve(request);
    this.#curves.delete(key);
    this.#curves.set(key, curve);
    return curve;
  }

  readonly #update = (): void => {
    if (this.#endEffect) this.#care(untracked(() => this.#look()));
  };

  /** Has everything done that the view needs. */
  #care({ selection, wanted }: View): void {
    if (selection !== this.#selection) {
      this.#quietUntil = this.#complete ? performance.now() + QUIET_MS : 0;
      this.#selection = selection;
    }
    this.#leaveOthers(new Set(wanted.map(({ curve }) => curve)));
    const now = performance.now();
    const due = wanted.map((each) => ({ ...each, at: this.#dueAt(each) }));
    const groups = new Map<string, Wanted[]>();
    for (const each of due.filter(({ at }) => at <= now)) {
      const key = JSON.stringify(each.curve.request.range);
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    for (const group of groups.values()) void this.#ask(group);
    const next = Math.min(...due.map(({ at }) => (at > now ? at : Number.POSITIVE_INFINITY)));
    clearTimeout(this.#timer);
    if (Number.isFinite(next)) this.#timer = setTimeout(this.#update, next - now);
    this.#drawSoon();
  }

  /** Once a frame at most, however often something changes. */
  #drawSoon(): void {
    if (this.#isFrameAwaited) return;
    this.#isFrameAwaited = true;
    requestAnimationFrame(() => {
      this.#isFrameAwaited = false;
      if (this.#endEffect) this.#state.value = this.#draw(untracked(() => this.#look()));
    });
  }

  #leaveOthers(wanted: ReadonlySet<HeldCurve>): void {
    for (const { curves, stopped } of this.#requests) {
      if (!curves.some((curve) => wanted.has(curve))) stopped.abort();
    }
    let superfluous = this.#curves.size - KEPT_VIEWS * Math.max(1, wanted.size);
    for (const [key, curve] of this.#curves) {
      if (wanted.has(curve)) continue;
      curve.unfollow();
      if (superfluous-- > 0) this.#curves.delete(key);
    }
  }

  /** When the curve is to be asked for, as performance.now() tells it; infinite where it need not be. */
  #dueAt({ curve, live }: Wanted): number {
    const isNeeded = curve.isOutdated || (live !== null && !curve.isFollowed);
    const isAsked = [...this.#requests].some(({ curves }) => curves.includes(curve));
    if (!isNeeded || isAsked) return Number.POSITIVE_INFINITY;
    if (curve.error === null) return Math.max(this.#quietUntil, curve.restsUntil);
    return isUnreachable(curve.error) ? curve.restsUntil + UNREACHABLE_MS : Number.POSITIVE_INFINITY;
  }

  /** @param group of one range */
  async #ask(group: readonly Wanted[]): Promise<void> {
    const request = { curves: group.map(({ curve }) => curve), stopped: new AbortController() };
    const stopped = request.stopped.signal;
    this.#requests.add(request);
    try {
      const { compareRuns } = await this.#context.slots.run(() => this.#query(group, stopped), stopped);
      for (const [index, { result }] of compareRuns.entries()) request.curves[index]?.answer(result);
    } catch (error) {
      for (const curve of request.curves) {
        if (stopped.aborted) curve.giveUp();
        else curve.fail(error);
      }
    }
    this.#requests.delete(request);
    this.#update();
  }

  async #query(group: readonly Wanted[], stopped: AbortSignal): Promise<CurvesQuery> {
    // Whoever follows first and asks then misses nothing.
    const isReady = await Promise.all(group.map(async ({ live }) => (live ? live.ready() : false)));
    stopped.throwIfAborted();
    for (const [index, { curve, live }] of group.entries()) {
      if (live && isReady[index]) curve.follow(live, this.#update);
      curve.ask();
    }
    const [first] = group;
    if (!first) return { compareRuns: [] };
    const { metric, axis, range, smoothing } = first.curve.request;
    return query(
      CurvesDocument,
      {
        runIds: group.map(({ run }) => run.runId),
        axis,
        metric,
        range,
        points: POINTS,
        derived: smoothing > 0 ? [{ ema: { column: metric, weight: smoothing, as: smoothedName(metric) } }] : [],
      },
      stopped,
    );
  }

  #draw({ selection, wanted, offAxis, isPartial }: View): PanelState {
    const held = wanted.filter(({ curve }) => curve.isHeld);
    const message = this.#context.offAxis(selection.axis);
    const shown: Shown = {
      state: 'shown',
      curves: held.flatMap(({ run, scale, curve }) => curve.draw(run.slot, scale) ?? []),
      failures: [
        ...held.flatMap(({ run: { runId }, curve }) =>
          curve.refusal === null ? [] : { runId, message: curve.refusal },
        ),
        ...offAxis.map((runId) => ({ runId, message })),
      ],
      isStale: isPartial || held.length < wanted.length,
    };
    if (!shown.isStale) {
      this.#complete = { selection, shown };
      return shown;
    }
    const error = wanted.map(({ curve }) => (curve.isHeld ? null : curve.error)).find((each) => each !== null) ?? null;
    const last = this.#complete?.selection.axis === selection.axis ? this.#complete.shown : null;
    if (error !== null && (last === null || !isUnreachable(error)))
      return { state: 'failed', error, retry: this.#retry };
    if (last) return { ...last, curves: stillCompared(last.curves, selection), isStale: true };
    return held.length > 0 ? shown : { state: 'loading' };
  }

  readonly #retry = (): void => {
    for (const curve of this.#curves.values()) curve.forgive();
    this.#update();
  };
}

function stillCompared(curves: readonly Curve[], { runs }: Selection): readonly Curve[] {
  return curves.filter((curve) => runs.some(({ runId, slot }) => runId === curve.runId && slot === curve.slot));
}
