import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StorageTimeout } from '../../errors.ts';
import { FileFollower, type Sight } from '../../following/file-follower.ts';
import type { FollowedFile } from '../../following/followed-file.ts';
import { storageCalls } from '../../storage/storage-calls.ts';
import type { MetricsCache } from '../metrics-cache.ts';
import { NOWHERE } from '../position.ts';
import { YOUNG_MS } from '../reading/file-mark.ts';
import type { RunMetrics } from '../run-metrics.ts';

/** However fast a run writes, its file is looked at no more often: as often as the most eager client may be told. */
const REST_MS = 50;

/** Watches the events file of a run for all who follow its metrics. Read is only as often as somebody asks. */
export class MetricsFollower extends FileFollower {
  readonly #cache: MetricsCache;
  #seen: BigIntStats | undefined;
  #wasYoung = false;
  /** Not held: the cache does that, as long as there is memory. */
  #latest: { readonly version: number; readonly metrics: WeakRef<RunMetrics> } | undefined;

  constructor(file: FollowedFile, cache: MetricsCache) {
    super(file, REST_MS);
    this.#cache = cache;
  }

  /**
   * The metrics as they are, or were at the last change that was told. Where there is no file, it is known then whether
   * the run is gone.
   *
   * @throws DataUnreadable
   * @throws RunTooLarge
   */
  async metrics(): Promise<RunMetrics> {
    const { version } = this;
    const known = this.#latest?.version === version ? this.#latest.metrics.deref() : undefined;
    if (known !== undefined) return known;
    const metrics = await this.#cache.current(this.path);
    this.#latest = { version, metrics: new WeakRef(metrics) };
    // It vanished since the last look.
    if (metrics.position.inode === NOWHERE.inode && this.#seen !== undefined) await this.look();
    return metrics;
  }

  protected override async lookAtFile(): Promise<Sight> {
    const before = this.#seen;
    const stats = await lookAt(this.path);
    // It can have changed once more without showing.
    const wasYoung = this.#wasYoung;
    this.#seen = stats;
    this.#wasYoung = stats !== undefined && Date.now() - Number(stats.mtimeMs) < YOUNG_MS;
    // Rather than the file alone, the run may be gone, or lie elsewhere.
    if (before !== undefined && stats === undefined) this.doubtWriter();
    if (isSame(before, stats)) return wasYoung ? 'doubtful' : 'same';
    // A file that has lain there for long need not be waited for.
    this.changedAt = performance.now() - (stats === undefined ? 0 : Math.max(0, Date.now() - Number(stats.mtimeMs)));
    return 'changed';
  }

  /** There is nothing to do: a last line without its end has been served already. */
  protected override complete(): void {}
}

/** Of whatever else keeps the file from being looked at, the reader gives account. Throws StorageTimeout. */
async function lookAt(path: string): Promise<BigIntStats | undefined> {
  try {
    return await storageCalls.run(dirname(path), () => stat(path, { bigint: true }));
  } catch (error) {
    if (error instanceof StorageTimeout) throw error;
    return undefined;
  }
}

function isSame(one: BigIntStats | undefined, other: BigIntStats | undefined): boolean {
  return one?.ino === other?.ino && one?.size === other?.size && one?.mtimeNs === other?.mtimeNs;
}
