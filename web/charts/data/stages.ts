import { effect } from '@preact/signals';
import type { Axis } from '../../api/generated/graphql.ts';
import type { Stage } from './curve.ts';
import type { PanelContext } from './panel-context.ts';
import { RunStages, stagesOf } from './run-stages.ts';
import { gatewayAxis } from './selection.ts';

/** The stages of the compared runs, kept up to date. */
export class Stages {
  readonly #context: PanelContext;
  readonly #runs = new Map<string, RunStages>();

  constructor(context: PanelContext) {
    this.#context = context;
  }

  /** By run id, in the units of the charts' axis; without runs that tell no stages. */
  ofRuns(): ReadonlyMap<string, readonly Stage[]> {
    const { selection, scaleOf, liveRunOf } = this.#context;
    const { runs, axis } = selection.value;
    return new Map(
      runs.flatMap(({ runId }): [string, readonly Stage[]][] => {
        const known = this.#of(runId, gatewayAxis(axis)).known.value;
        const scale = scaleOf(runId);
        if (!scale || known.changes.length === 0) return [];
        return [[runId, stagesOf(known, scale, liveRunOf(runId) !== null)]];
      }),
    );
  }

  start(stopped: AbortSignal): void {
    const end = effect(() => {
      const { selection, liveRunOf } = this.#context;
      const { runs, axis } = selection.value;
      const wanted = new Set(runs.map(({ runId }) => this.#of(runId, gatewayAxis(axis))));
      for (const run of this.#runs.values()) if (!wanted.has(run)) run.leave();
      for (const { runId } of runs) {
        const live = liveRunOf(runId);
        if (live !== undefined) this.#of(runId, gatewayAxis(axis)).follow(live);
      }
    });
    stopped.addEventListener('abort', () => {
      end();
      for (const run of this.#runs.values()) run.leave();
    });
  }

  #of(runId: string, axis: Axis): RunStages {
    const key = `${axis} ${runId}`;
    const run = this.#runs.get(key) ?? new RunStages(runId, axis);
    this.#runs.set(key, run);
    return run;
  }
}
