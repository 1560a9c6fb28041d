import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { RunPlacesDocument, type RunPlacesQuery } from '../../api/generated/graphql.ts';
import { query } from '../../api/query.ts';
import { type AxisScale, clockScale, epochScale, SAME, UNKNOWN } from './axis-scale.ts';
import { Panel } from './panel.ts';
import type { FailedPanel, PanelContext } from './panel-context.ts';
import type { RunFactsStore } from './run-facts.ts';
import type { Selection } from './selection.ts';

const LOOK_EVERY_MS = 5000;

type Scales = ReadonlyMap<string, AxisScale | null>;

/** Unix seconds at x = 0; null where a run has no timestamp. */
type Origin = number | null | 'refused';

/** Where the rows of each compared run lie on the axis of the charts. */
export class AxisScales {
  readonly #selection: ReadonlySignal<Selection>;
  readonly #facts: RunFactsStore;
  readonly #origins = signal<ReadonlyMap<string, Origin>>(new Map());
  readonly #originsError = signal<unknown>(null);
  /** Requests that are not answered: where one has to sign in first, that may take days. */
  #asking = 0;
  /** The epochs of the compared runs, by step. */
  readonly #epochs: Panel;
  readonly #clockScales = computed<Scales>(() => {
    return new Map([...this.#origins.value].map(([runId, origin]) => [runId, scaleFrom(origin)]));
  });
  readonly #epochScales = computed<Scales>(() => {
    const state = this.#epochs.state.value;
    if (state.state !== 'shown') return new Map();
    const known = new Map<string, AxisScale | null>();
    for (const { runId } of this.#selection.value.runs) if (this.#epochs.knows(runId)) known.set(runId, null);
    for (const { runId, x, values } of state.curves) known.set(runId, epochScale(x, values));
    for (const { runId } of state.failures) known.set(runId, UNKNOWN);
    return known;
  });

  constructor(
    selection: ReadonlySignal<Selection>,
    facts: RunFactsStore,
    panels: Omit<PanelContext, 'selection' | 'scaleOf' | 'axisFailure'>,
  ) {
    this.#selection = selection;
    this.#facts = facts;
    const bySteps = computed<Selection>(() => ({
      runs: selection.value.runs,
      axis: 'step',
      range: null,
      smoothing: 0,
    }));
    this.#epochs = new Panel('epoch', { ...panels, selection: bySteps, scaleOf: () => SAME, axisFailure: () => null });
  }

  /** Null where its rows have no place on the axis, undefined where that is not known yet. */
  of(runId: string): AxisScale | null | undefined {
    const { axis } = this.#selection.value;
    if (axis === 'wall') return this.#clockScales.value.get(runId);
    if (axis === 'epoch') return this.#epochScales.value.get(runId);
    return SAME;
  }

  /** Why it is not known of runs; null where it is, or will be. */
  get failure(): FailedPanel | null {
    const { axis } = this.#selection.value;
    const error = this.#originsError.value;
    if (axis === 'wall' && error !== null) return { state: 'failed', error, retry: () => void this.#findOrigins() };
    const state = axis === 'epoch' ? this.#epochs.state.value : null;
    return state?.state === 'failed' ? state : null;
  }

  start(stopped: AbortSignal): void {
    const endEpochs = effect(() => {
      if (this.#selection.value.axis === 'epoch') this.#epochs.show();
      else this.#epochs.hide();
    });
    const endOrigins = effect(() => void this.#findOrigins());
    const timer = setInterval(() => {
      if (this.#asking === 0) void this.#findOrigins();
    }, LOOK_EVERY_MS);
    stopped.addEventListener('abort', () => {
      endEpochs();
      endOrigins();
      clearInterval(timer);
      this.#epochs.hide();
    });
  }

  /** Of runs whose origin is not known, or was refused, and of those that train, which may log an earlier one. */
  async #findOrigins(): Promise<void> {
    const { runs, axis } = this.#selection.value;
    const before = this.#origins.peek();
    const runIds = runs
      .map(({ runId }) => runId)
      .filter((runId) => !before.has(runId) || this.#facts.isTraining(runId) || this.#wasRefused(runId));
    if (axis !== 'wall' || runIds.length === 0) return;
    this.#asking++;
    try {
      const { compareRuns } = await query(RunPlacesDocument, { runIds, axis: 'TIME' });
      const origins = new Map(this.#origins.peek());
      for (const { runId, result } of compareRuns) origins.set(runId, originOf(result));
      const isNew = [...origins].some(([runId, origin]) => this.#origins.peek().get(runId) !== origin);
      if (isNew) this.#origins.value = origins;
      this.#originsError.value = null;
    } catch (error) {
      this.#originsError.value = error;
    }
    this.#asking--;
  }

  /** And is there all the same. */
  #wasRefused(runId: string): boolean {
    return this.#facts.of(runId).state === 'known' && this.#origins.peek().get(runId) === 'refused';
  }
}

function scaleFrom(origin: Origin): AxisScale | null {
  if (origin === 'refused') return UNKNOWN;
  return origin === null ? null : clockScale(origin);
}

function originOf(result: RunPlacesQuery['compareRuns'][number]['result']): Origin {
  if (result.__typename !== 'MetricFrame') return 'refused';
  return result.timeOrigin === null ? null : Date.parse(result.timeOrigin) / 1000;
}
