import { setTimeout } from 'node:timers/promises';
import { encodeCursor } from '../cursor.ts';
import { type MetricsPosition, NOWHERE } from '../position.ts';
import type { Changes, ChangesRequest, RunMetrics } from '../run-metrics.ts';
import type { MetricEvent, MetricReset } from './metric-event.ts';
import type { MetricsFollower } from './metrics-follower.ts';

/** Whether what lies before a position in the file is still there as it was. */
type Holds = (position: MetricsPosition) => Promise<boolean>;

/**
 * One client's way through the metrics of a run: takes what has changed, then waits for more. Between two events it
 * holds a position and nothing else, so that a client who takes its time costs nothing, and is told at last what is then.
 */
export class MetricStream {
  readonly #follower: MetricsFollower;
  readonly #holds: Holds;
  readonly #request: ChangesRequest;
  readonly #pauseMs: number;
  readonly #signal: AbortSignal;
  #position: MetricsPosition;
  /** Of the metrics that the position was last found to lie in; undefined before the first ones. */
  #lineage: number | undefined;
  /** Whether the first event is still to come, which tells that the stream is there. */
  #isNew = true;

  constructor(
    follower: MetricsFollower,
    holds: Holds,
    after: MetricsPosition | null,
    request: ChangesRequest,
    maxHz: number,
    signal: AbortSignal,
  ) {
    this.#follower = follower;
    this.#holds = holds;
    this.#request = request;
    this.#pauseMs = 1000 / maxHz;
    this.#signal = signal;
    this.#position = after ?? NOWHERE;
  }

  /** Ends with the run, or when aborted. Throws DataUnreadable and RunTooLarge. */
  async *events(): AsyncGenerator<MetricEvent, void, undefined> {
    await this.#follower.look();
    while (!this.#signal.aborted) {
      const { version, isOver } = this.#follower;
      const toldAt = performance.now();
      const metrics = await this.#follower.metrics();
      // What was told of a run that is gone, or lies elsewhere now, is not void for that.
      const hasTold = !this.#follower.isGone && (yield* this.#tellChanges(metrics));
      if (isOver) {
        yield { type: 'end', cursor: this.#cursor() };
        return;
      }
      if (hasTold) await this.#pause(toldAt + this.#pauseMs - performance.now());
      await this.#follower.changed(version, this.#signal);
    }
  }

  /** @returns whether there was anything to tell */
  async *#tellChanges(metrics: RunMetrics): AsyncGenerator<MetricEvent, boolean, undefined> {
    const reset = await this.#enter(metrics);
    if (reset !== undefined) yield reset;
    let hasTold = reset !== undefined;
    while ((this.#isNew || this.#position !== metrics.position) && !this.#signal.aborted) {
      const { frame, removed, position } = await metrics.changes(this.#position, this.#request);
      this.#position = position;
      if (!this.#isNew && isEmpty(frame, removed)) continue;
      this.#isNew = false;
      hasTold = true;
      yield { type: 'delta', frame, removed };
    }
    return hasTold;
  }

  /** Finds the position in these metrics; where it is not there, goes back to their start. */
  async #enter({ lineage, position: { inode, origin } }: RunMetrics): Promise<MetricReset | undefined> {
    const held = this.#position;
    if (lineage !== this.#lineage) {
      this.#lineage = lineage;
      const hasNothing = held.events === 0 && held.provisional === null;
      if (!hasNothing && !(await this.#holds(held))) {
        return this.#reset(held.inode === inode ? 'truncated' : 'replaced', inode);
      }
    }
    const hasMoved = this.#request.axis === 'time' && held.origin !== null && held.origin !== origin;
    return hasMoved ? this.#reset('originMoved', inode) : undefined;
  }

  #reset(reason: MetricReset['reason'], inode: string): MetricReset {
    this.#position = { ...NOWHERE, inode };
    return { type: 'reset', reason, cursor: this.#cursor() };
  }

  #cursor(): string {
    return encodeCursor(this.#request.axis, this.#position);
  }

  async #pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    await setTimeout(ms, undefined, { signal: this.#signal }).catch((error: unknown) => {
      if (!this.#signal.aborted) throw error;
    });
  }
}

function isEmpty({ rowCount }: Changes['frame'], removed: Changes['removed']): boolean {
  return rowCount === 0 && removed.length === 0;
}
