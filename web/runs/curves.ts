import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { address } from '../address/navigation.ts';
import type { Run } from './loaded-runs.ts';
import { mainMetric, runMetrics, type Sparkline, type SparklineOf, sparklines } from './sparklines.ts';

export interface Curve {
  /** Null where the run has none that could be drawn. */
  readonly metric: string | null;
  readonly sparkline: Sparkline;
}

/** What is drawn in a run's row: of the chosen metric, or of the run's main one where none is. */
export class Curves {
  readonly #sparklines = sparklines();
  readonly #metrics = runMetrics();
  readonly #inView = signal<readonly Run[]>([]);
  readonly #isChoosing = signal(false);
  readonly #stop = effect(() => {
    const runs = this.#inView.value;
    this.#metrics.show(runs.filter((run) => this.#isChoosing.value || !(address.value.spark || run.bestMetric)));
    this.#sparklines.show(runs.flatMap((run) => this.#sparklineOf(run) ?? []));
  });

  /** The metrics of the runs in view, each once. */
  readonly metrics: ReadonlySignal<readonly string[]> = computed(() => [
    ...new Set(this.#inView.value.flatMap((run) => this.#metrics.valueOf(run) ?? [])),
  ]);

  /** Why curves are missing; null while all is well. */
  readonly error: ReadonlySignal<unknown> = computed(() => this.#sparklines.error.value ?? this.#metrics.error.value);

  show(runs: readonly Run[]): void {
    this.#inView.value = runs;
  }

  /** Has the metrics of all runs in view loaded, while it is so. */
  choosing(isChoosing: boolean): void {
    this.#isChoosing.value = isChoosing;
  }

  /** Undefined while it is on its way. */
  curveOf(run: Run): Curve | undefined {
    const item = this.#sparklineOf(run);
    if (!item) return this.#metrics.valueOf(run) && { metric: null, sparkline: null };
    const sparkline = this.#sparklines.valueOf(item);
    return sparkline === undefined ? undefined : { metric: item.metric, sparkline };
  }

  stop(): void {
    this.#stop();
    this.#sparklines.stop();
    this.#metrics.stop();
  }

  #sparklineOf(run: Run): SparklineOf | undefined {
    const metric = address.value.spark || mainMetric(run, this.#metrics.valueOf(run));
    return metric ? { run, metric } : undefined;
  }
}
