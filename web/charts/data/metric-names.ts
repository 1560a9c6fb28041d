import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Axis, MetricNamesDocument } from '../../api/generated/graphql.ts';
import { isUnreachable, QueryError, query } from '../../api/query.ts';
import type { RunFactsStore } from './run-facts.ts';
import { gatewayAxis, type Selection } from './selection.ts';

/** How often a run that trains is asked for metrics that it logs for the first time. */
const LOOK_EVERY_MS = 3000;

/** The names of a run's columns that hold numbers, in the order in which it first logged them. */
export type RunMetricNames =
  | { readonly state: 'loading' }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'known'; readonly names: readonly string[]; readonly endCursor: string | null };

const LOADING: RunMetricNames = { state: 'loading' };

/** The metric names of the compared runs along the axis of the charts, kept up to date. */
export class MetricNames {
  readonly #selection: ReadonlySignal<Selection>;
  readonly #facts: RunFactsStore;
  readonly #asking = new Set<string>();
  /** Whose file is another one. */
  readonly #replaced = new Set<string>();
  /** The runs that trained when it was looked last. */
  #trained: ReadonlySet<string> = new Set();
  readonly #names = signal<ReadonlyMap<string, RunMetricNames>>(new Map());

  constructor(selection: ReadonlySignal<Selection>, facts: RunFactsStore) {
    this.#selection = selection;
    this.#facts = facts;
  }

  /** Of each compared run, in their order. */
  ofRuns(): readonly RunMetricNames[] {
    const { runs, axis } = this.#selection.value;
    return runs.map(({ runId }) => this.#names.value.get(keyOf(runId, gatewayAxis(axis))) ?? LOADING);
  }

  start(stopped: AbortSignal): void {
    // Those that are known may be so since long ago.
    this.#askThose((names) => names?.state === 'known');
    const end = effect(() => this.#askThose((names) => names === undefined));
    const timer = setInterval(() => this.#lookForMore(), LOOK_EVERY_MS);
    stopped.addEventListener('abort', () => {
      end();
      clearInterval(timer);
    });
  }

  /** Asks again for what could not be had. */
  retry(): void {
    const { runs, axis } = this.#selection.value;
    for (const { runId } of runs) {
      const key = keyOf(runId, gatewayAxis(axis));
      if (this.#names.peek().get(key)?.state !== 'known') this.#put(key, LOADING);
    }
    this.#askThose((names) => names === LOADING);
  }

  /** The file of the run was replaced: what was known of it may not be so any more. */
  renew(runId: string, axis: Axis): void {
    this.#replaced.add(keyOf(runId, axis));
    void this.#ask(runId, axis);
  }

  #askThose(isWanted: (names: RunMetricNames | undefined, runId: string) => boolean): void {
    const { runs, axis } = this.#selection.value;
    for (const { runId } of runs) {
      const names = this.#names.peek().get(keyOf(runId, gatewayAxis(axis)));
      if (isWanted(names, runId)) void this.#ask(runId, gatewayAxis(axis));
    }
  }

  /**
   * Runs that train may log further metrics, until they have ended. A gateway that did not answer may be there again, and a
   * run that was not there may have come.
   */
  #lookForMore(): void {
    this.#askThose((names) => names?.state === 'failed' && isUnreachable(names.error));
    this.#askThose((names, runId) => names?.state === 'missing' && this.#facts.of(runId).state === 'known');
    const { runs, axis } = this.#selection.peek();
    const training = new Set(runs.map(({ runId }) => runId).filter((runId) => this.#facts.isTraining(runId)));
    for (const runId of new Set([...training, ...this.#trained])) void this.#ask(runId, gatewayAxis(axis));
    this.#trained = training;
  }

  async #ask(runId: string, axis: Axis): Promise<void> {
    const key = keyOf(runId, axis);
    if (this.#asking.has(key)) return;
    this.#asking.add(key);
    const before = this.#names.peek().get(key) ?? LOADING;
    const isReplaced = this.#replaced.delete(key);
    try {
      const goesOn = before.state === 'known' && !isReplaced;
      const known = goesOn ? await askOn(runId, axis, before) : await askPages(runId, axis, NO_NAMES);
      if (known !== before) this.#put(key, known ?? { state: 'missing' });
    } catch (error) {
      if (isReplaced) this.#replaced.add(key);
      // What is known stays where the gateway does not answer.
      if (before.state !== 'known') this.#put(key, { state: 'failed', error });
    }
    this.#asking.delete(key);
  }

  #put(key: string, names: RunMetricNames): void {
    this.#names.value = new Map(this.#names.peek()).set(key, names);
  }
}

function keyOf(runId: string, axis: Axis): string {
  return `${axis} ${runId}`;
}

type KnownNames = Extract<RunMetricNames, { readonly state: 'known' }>;

const NO_NAMES: KnownNames = { state: 'known', names: [], endCursor: null };

/** The same where there are no more; from the start where the file was replaced, whose columns are others. */
async function askOn(runId: string, axis: Axis, known: KnownNames): Promise<KnownNames | null> {
  try {
    return await askPages(runId, axis, known);
  } catch (error) {
    if (!(error instanceof QueryError && error.code === 'CURSOR_EXPIRED')) throw error;
    return askPages(runId, axis, NO_NAMES);
  }
}

/** Those known and all behind their cursor, page by page. @returns null where there is no such run */
async function askPages(runId: string, axis: Axis, known: KnownNames): Promise<KnownNames | null> {
  const names: string[] = [];
  for (let { endCursor } = known; ; ) {
    const { run } = await query(MetricNamesDocument, { runId, axis, after: endCursor });
    if (!run) return null;
    if (run.columns) {
      names.push(...run.columns.nodes.filter(({ kind }) => kind !== 'LABEL').map(({ name }) => name));
      endCursor = run.columns.pageInfo.endCursor ?? endCursor;
    }
    if (run.columns?.pageInfo.hasNextPage) continue;
    return endCursor === known.endCursor ? known : { state: 'known', names: [...known.names, ...names], endCursor };
  }
}
