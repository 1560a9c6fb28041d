import { effect, type ReadonlySignal, signal } from '@preact/signals';
import {
  ComparedRunChangesDocument,
  ComparedRunDocument,
  type ComparedRunFactsFragment,
  type RunStatus,
} from '../../api/generated/graphql.ts';
import { QueryError, query } from '../../api/query.ts';
import { subscribe } from '../../api/subscription.ts';
import { runName } from '../../format/run-names.ts';
import type { Selection } from './selection.ts';

/** What is known of a compared run besides its metrics. */
export type RunFacts =
  | { readonly state: 'loading' }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly error: unknown }
  | {
      readonly state: 'known';
      readonly name: string;
      /** The folder that it lies in; null where it lies in none. */
      readonly path: string | null;
      readonly status: RunStatus;
      /** Its hyperparameters, as they were written; null where there are none. */
      readonly config: unknown;
    };

/** A gateway that refuses to tell, such as one that is too busy, is not asked again before. */
const REFUSED_PAUSE_MS = 5000;

const LOADING: RunFacts = { state: 'loading' };

/** The facts of all compared runs, by id, kept up to date. */
export class RunFactsStore {
  readonly #selection: ReadonlySignal<Selection>;
  readonly #facts = signal<ReadonlyMap<string, RunFacts>>(new Map());

  constructor(selection: ReadonlySignal<Selection>) {
    this.#selection = selection;
  }

  of(runId: string): RunFacts {
    return this.#facts.value.get(runId) ?? LOADING;
  }

  isTraining(runId: string): boolean {
    const facts = this.of(runId);
    return facts?.state === 'known' && facts.status === 'RUNNING';
  }

  start(stopped: AbortSignal): void {
    const end = effect(() => {
      const { runs } = this.#selection.value;
      for (const { runId } of runs) if (!this.#facts.peek().has(runId)) void this.#load(runId);
    });
    stopped.addEventListener('abort', end, { once: true });
    void this.#follow(stopped);
  }

  async #load(runId: string): Promise<void> {
    const before = this.#facts.peek().get(runId) ?? LOADING;
    this.#put(runId, before);
    const facts = await query(ComparedRunDocument, { runId }).then(
      ({ run }): RunFacts => (run ? knownFacts(run) : { state: 'missing' }),
      (error: unknown): RunFacts => (before.state === 'known' ? before : { state: 'failed', error }),
    );
    // What was told meanwhile is newer.
    if (this.#facts.peek().get(runId) === before) this.#put(runId, facts);
  }

  async #follow(stopped: AbortSignal): Promise<void> {
    try {
      for await (const { runs } of subscribe(ComparedRunChangesDocument, () => ({}), stopped)) {
        if (runs.__typename === 'StreamStart') for (const runId of this.#facts.peek().keys()) void this.#load(runId);
        else if (runs.__typename === 'RunRemoved') this.#tell(runs.runId, { state: 'missing' });
        else this.#tell(runs.run.runId, knownFacts(runs.run));
      }
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      // What is known stays, and is asked for anew once it is followed again, unless that has been stopped meanwhile.
      setTimeout(() => void this.#follow(stopped), REFUSED_PAUSE_MS);
    }
  }

  #tell(runId: string, facts: RunFacts): void {
    if (this.#facts.peek().has(runId)) this.#put(runId, facts);
  }

  #put(runId: string, facts: RunFacts): void {
    if (this.#facts.peek().get(runId) !== facts) this.#facts.value = new Map(this.#facts.peek()).set(runId, facts);
  }
}

function knownFacts({ runId, alias, path, status, config }: ComparedRunFactsFragment): RunFacts {
  return { state: 'known', name: runName(runId, alias), path, status, config };
}
