import { BadUserInput } from '../../errors.ts';
import type { FollowedFile } from '../../following/followed-file.ts';
import { Followers } from '../../following/followers.ts';
import type { Following } from '../../following/following.ts';
import { Streams } from '../../following/streams.ts';
import { decodeCursor } from '../cursor.ts';
import type { MetricsCache } from '../metrics-cache.ts';
import type { MetricEvent, MetricsFollowOptions } from './metric-event.ts';
import { MetricStream } from './metric-stream.ts';
import { MetricsFollower } from './metrics-follower.ts';
import { Turns } from './turns.ts';

export const LEAST_HZ = 0.1;
export const MOST_HZ = 20;

/** Follows the metrics of runs while they grow: one follower a file, however many read it, and none where nobody does. */
export class LiveMetrics {
  readonly #cache: MetricsCache;
  readonly #followers: Followers<MetricsFollower>;
  readonly #streams = new Streams();
  /** An event is told many clients at a time, and its JSON may take each of them milliseconds. */
  readonly #turns = new Turns();

  constructor(cache: MetricsCache) {
    this.#cache = cache;
    this.#followers = new Followers((file) => new MetricsFollower(file, cache));
  }

  /**
   * What has changed since the cursor, and then what changes. Pulled: looks for more when asked for the next event. Throws
   * BadUserInput for what is no cursor or no rate; the iterator throws DataUnreadable and RunTooLarge.
   */
  follow(file: FollowedFile, { after, maxHz, ...request }: MetricsFollowOptions): AsyncIterableIterator<MetricEvent> {
    if (!(maxHz >= LEAST_HZ && maxHz <= MOST_HZ)) {
      throw new BadUserInput(`maxHz: ${maxHz} is not a number from ${LEAST_HZ} to ${MOST_HZ}`);
    }
    const position = after === null ? null : decodeCursor('after', after, request.axis);
    const followers = this.#followers;
    const turns = this.#turns;
    const holds = this.#cache.holds.bind(this.#cache, file.path);
    return this.#streams.open(async function* (signal) {
      const follower = followers.acquire(file);
      try {
        for await (const event of new MetricStream(follower, holds, position, request, maxHz, signal).events()) {
          await turns.next();
          yield event;
        }
      } finally {
        await followers.release(follower);
      }
    });
  }

  get following(): Following {
    return { files: this.#followers.size, streams: this.#streams.size };
  }

  /** Ends all streams. */
  close(): void {
    this.#streams.close();
  }
}
