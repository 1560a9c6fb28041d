import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { CurvesDocument, type CurvesQuery } from '../../api/generated/graphql.ts';
import { isUnreachable, query } from '../../api/query.ts';
import type { Curve, PanelState } from './curve.ts';
import { smoothedName } from './curve-request.ts';
import type { HeldCurve } from './held-curve.ts';
import type { PanelContext } from './panel-context.ts';
import { PanelCurves, type View, type Wanted } from './panel-curves.ts';
import type { Selection } from './selection.ts';

/** While a slider or a drag moves, nothing is asked for. */
const QUIET_MS = 100;
/** How much longer than others a curve waits to be asked for again where no gateway answered. */
const UNREACHABLE_MS = 1000;
/** What is told of runs that train, which is much, is shown a few times a second. */
const TELL_EVERY_MS = 250;

type Shown = Extract<PanelState, { readonly state: 'shown' }>;

/**
 * The curves of one metric. While it is shown it asks for what is missing or outdated, follows the runs that train, and
 * keeps what it shows until there is something better.
 */
export class Panel {
  readonly #context: PanelContext;
  readonly #curves: PanelCurves;
  readonly #state = signal<PanelState>({ state: 'loading' });
  readonly #requests = new Set<{ readonly curves: readonly HeldCurve[]; readonly stopped: AbortController }>();
  /** What was shown last without anything missing, and of which selection. */
  #complete: { readonly selection: Selection; readonly shown: Shown } | null = null;
  #selection: Selection | null = null;
  #quietUntil = 0;
  #endEffect: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isFrameAwaited = false;

  constructor(metric: string, context: PanelContext) {
    this.#context = context;
    this.#curves = new PanelCurves(metric, context);
  }

  get state(): ReadonlySignal<PanelState> {
    return this.#state;
  }

  get isShown(): boolean {
    return this.#endEffect !== null;
  }

  /** Whether it has been found out if the run logs the metric. */
  knows(runId: string): boolean {
    return this.#complete?.selection.runs.some((run) => run.runId === runId) ?? false;
  }

  /** Begins to load and to follow, or goes on with it. */
  show(): void {
    this.#endEffect ??= effect(() => {
      const view = this.#curves.look();
      untracked(() => this.#care(view));
    });
  }

  /** Nothing is loaded or followed any more; what is shown stays. */
  hide(): void {
    this.#endEffect?.();
    this.#endEffect = null;
    clearTimeout(this.#timer);
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const { stopped } of this.#requests) stopped.abort();
    untracked(() => this.#curves.rest());
  }

  readonly #update = (): void => {
    if (this.#endEffect) this.#care(untracked(() => this.#curves.look()));
  };

  readonly #updateSoon = (): void => {
    this.#telling ??= setTimeout(
      () => {
        this.#telling = undefined;
        this.#toldAt = performance.now();
        this.#update();
      },
      Math.max(0, this.#toldAt + TELL_EVERY_MS - performance.now()),
    );
  };

  /** Has everything done that the view needs. */
  #care({ selection, wanted }: View): void {
    if (selection !== this.#selection) {
      this.#quietUntil = this.#complete ? performance.now() + QUIET_MS : 0;
      this.#selection = selection;
    }
    const curves = new Set(wanted.map(({ curve }) => curve));
    this.#curves.leaveOthers(curves);
    for (const request of this.#requests) if (!request.curves.some((each) => curves.has(each))) request.stopped.abort();
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
      if (this.#endEffect) this.#state.value = this.#draw(untracked(() => this.#curves.look()));
    });
  }

  /** When the curve is to be asked for, as performance.now() tells it; infinite where it need not be. */
  #dueAt({ curve, live, hasCome }: Wanted): number {
    const isNeeded = curve.isOutdated || hasCome || (live !== null && !curve.isFollowed);
    const isAsked = [...this.#requests].some(({ curves }) => curves.includes(curve));
    if (!isNeeded || isAsked) return Number.POSITIVE_INFINITY;
    if (isUnreachable(curve.error)) return curve.restsUntil + UNREACHABLE_MS;
    // What is shown instead of it has a button for that.
    if (curve.error !== null && !curve.isHeld) return Number.POSITIVE_INFINITY;
    return Math.max(this.#quietUntil, curve.restsUntil);
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
      if (live && isReady[index]) curve.follow(live, this.#updateSoon);
      curve.ask();
    }
    const [first] = group;
    if (!first) return { compareRuns: [] };
    const { metric, axis, range, smoothing, points } = first.curve.request;
    return query(
      CurvesDocument,
      {
        runIds: group.map(({ run }) => run.runId),
        axis,
        metric,
        range,
        points,
        derived: smoothing > 0 ? [{ ema: { column: metric, weight: smoothing, as: smoothedName(metric) } }] : [],
      },
      stopped,
    );
  }

  #draw({ selection, wanted, offAxis, isPartial, failure }: View): PanelState {
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
    if (held.length > 0) return shown;
    return failure ?? { state: 'loading' };
  }

  readonly #retry = (): void => {
    this.#curves.forgive();
    this.#update();
  };
}

function stillCompared(curves: readonly Curve[], { runs }: Selection): readonly Curve[] {
  return curves.filter((curve) => runs.some(({ runId, slot }) => runId === curve.runId && slot === curve.slot));
}
