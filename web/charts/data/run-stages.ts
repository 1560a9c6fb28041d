import { type ReadonlySignal, signal } from '@preact/signals';
import { type Axis, LabelChangesDocument } from '../../api/generated/graphql.ts';
import { isUnreachable, QueryError, query } from '../../api/query.ts';
import type { AxisScale } from './axis-scale.ts';
import type { Stage } from './curve.ts';
import type { LiveRun } from './live-run.ts';
import type { LiveEvent } from './metric-delta.ts';

/** The column in which a run says what stage it is in. */
const COLUMN = 'stage';
/** Changes that come within this time are asked for together. */
const GATHERING_MS = 1000;
/** A gateway that refuses, such as one that is too busy, is not asked again before. */
const REFUSED_MS = 10_000;

/** The stages of a run along an axis, as the gateway tells them. */
export interface StageChanges {
  /** Where a stage begins, in steps or seconds, ascending. */
  readonly changes: readonly { readonly x: number; readonly value: string }[];
  /** The last row that tells a stage; null where none does. */
  readonly lastX: number | null;
}

/** @param isTraining whether the last stage lasts */
export function stagesOf({ changes, lastX }: StageChanges, scale: AxisScale, isTraining: boolean): readonly Stage[] {
  const end = isTraining || lastX === null ? null : scale.toChart(lastX);
  const starts = changes.map(({ x }) => scale.toChart(x));
  return changes.map(({ value }, index) => ({
    label: value,
    from: starts[index] ?? 0,
    to: starts[index + 1] ?? end,
  }));
}

/** Whether rows that a stream tells have another stage than they had, as far as that is known. */
function isNews(event: LiveEvent, { changes }: StageChanges): boolean {
  if (event.__typename !== 'MetricDelta') return true;
  const told = event.frame.labels.find(({ name }) => name === COLUMN)?.changes ?? [];
  const last = changes.at(-1);
  return told.some(({ x, value }) => value !== last?.value || x < last.x);
}

/** Asks for the stages of one run, and again when they have changed. */
export class RunStages {
  readonly #runId: string;
  readonly #axis: Axis;
  readonly #known = signal<StageChanges>({ changes: [], lastX: null });
  #isAsked = false;
  #unwatch: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(runId: string, axis: Axis) {
    this.#runId = runId;
    this.#axis = axis;
  }

  get known(): ReadonlySignal<StageChanges> {
    return this.#known;
  }

  /** Loads them, unless that is done. @param live to follow while the run trains */
  follow(live: LiveRun | null): void {
    if (this.#isAsked && (live === null || this.#unwatch)) return;
    this.#isAsked = true;
    void this.#load(live);
  }

  /** Nothing is asked for any more until they are followed again, anew. */
  leave(): void {
    this.#isAsked = false;
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#unwatch = null;
  }

  async #load(live: LiveRun | null): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      if (live && (await live.ready()) && this.#isAsked) {
        this.#unwatch ??= live.watch(COLUMN, (event) => this.#take(event, live));
      }
      const { compareRuns } = await query(LabelChangesDocument, {
        runIds: [this.#runId],
        axis: this.#axis,
        label: COLUMN,
      });
      const result = compareRuns[0]?.result;
      // Why a run has no rows is shown where its curves would be.
      if (result?.__typename !== 'MetricFrame') return;
      this.#known.value = { changes: result.labels[0]?.changes ?? [], lastX: result.x.at(-1) ?? null };
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      this.#loadSoon(live, isUnreachable(error) ? GATHERING_MS : REFUSED_MS);
    }
  }

  #take(event: LiveEvent, live: LiveRun): void {
    if (!isNews(event, this.#known.peek())) return;
    if (event.__typename !== 'MetricDelta') {
      this.#unwatch?.();
      this.#unwatch = null;
    }
    this.#loadSoon(event.__typename === 'StreamEnd' ? null : live);
  }

  #loadSoon(live: LiveRun | null, pause = GATHERING_MS): void {
    if (this.#isAsked) this.#timer ??= setTimeout(() => void this.#load(live), pause);
  }
}
