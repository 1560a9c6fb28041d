import type { ReadonlySignal } from '@preact/signals';
import { AxisScales } from './axis-scales.ts';
import { LiveRun } from './live-run.ts';
import { MetricNames } from './metric-names.ts';
import { Panel } from './panel.ts';
import type { PanelContext } from './panel-context.ts';
import { RequestSlots } from './request-slots.ts';
import { RunFactsStore } from './run-facts.ts';
import { gatewayAxis, type Selection } from './selection.ts';
import { Stages } from './stages.ts';

/** Requests for rows at a time: a browser has six connections to a gateway. */
const SLOTS = 4;
/** Panels that keep their curves though they are not on the page. */
const KEPT_PANELS = 100;

/** All that the charts show of the compared runs; loaded and followed as far as it is used. */
export class ChartData {
  readonly facts: RunFactsStore;
  readonly names: MetricNames;
  readonly stages: Stages;
  readonly #context: PanelContext;
  readonly #scales: AxisScales;
  readonly #panels = new Map<string, Panel>();
  readonly #liveRuns = new Map<string, LiveRun>();
  #users = 0;
  #stopped: AbortController | null = null;

  constructor(selection: ReadonlySignal<Selection>, offAxis: PanelContext['offAxis']) {
    this.facts = new RunFactsStore(selection);
    this.names = new MetricNames(selection, this.facts);
    const shared = {
      offAxis,
      slots: new RequestSlots(SLOTS),
      exists: (runId: string) => this.facts.of(runId).state === 'known',
      liveRunOf: (runId: string) => this.#liveRunOf(runId, selection.value),
    };
    this.#scales = new AxisScales(selection, this.facts, shared);
    this.#context = {
      ...shared,
      selection,
      scaleOf: (runId) => this.#scales.of(runId),
      axisFailure: () => this.#scales.failure,
    };
    this.stages = new Stages(this.#context);
  }

  /** Keeps everything up to date until what it returns is called. */
  use(): () => void {
    if (this.#users++ === 0) {
      this.#stopped = new AbortController();
      this.facts.start(this.#stopped.signal);
      this.names.start(this.#stopped.signal);
      this.#scales.start(this.#stopped.signal);
      this.stages.start(this.#stopped.signal);
    }
    return () => {
      if (--this.#users === 0) this.#stopped?.abort();
    };
  }

  /** The panel of a metric: the same for as long as it is used now and then. */
  panel(metric: string): Panel {
    const panel = this.#panels.get(metric) ?? new Panel(metric, this.#context);
    this.#panels.delete(metric);
    this.#panels.set(metric, panel);
    for (const [name, other] of this.#panels) {
      if (this.#panels.size <= KEPT_PANELS) break;
      if (!other.isShown) this.#panels.delete(name);
    }
    return panel;
  }

  #liveRunOf(runId: string, { axis }: Selection): LiveRun | null | undefined {
    if (this.facts.of(runId).state === 'loading') return undefined;
    if (!this.facts.isTraining(runId)) return null;
    const along = gatewayAxis(axis);
    const key = `${along} ${runId}`;
    const run = this.#liveRuns.get(key) ?? new LiveRun(runId, along, () => this.names.renew(runId, along));
    this.#liveRuns.set(key, run);
    return run;
  }
}
