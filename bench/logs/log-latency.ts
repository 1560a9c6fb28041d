/** How long a line takes from being appended to being received: all ways at once, over the same appends and one clock. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoggedRun, lineNumber, logLines } from '../inputs/log-lines.ts';
import { followByGraphql, followByLogSocket, followByTail } from './log-receivers.ts';

const EVERY_MS = 10;
const LOST_AFTER_MS = 10_000;

/** In milliseconds. */
export interface Latency {
  readonly median: number;
  readonly p99: number;
}

export interface Latencies {
  readonly graphql: Latency;
  readonly socket: Latency;
  readonly tail: Latency;
}

/** @param run whose log holds one line */
export async function measureLatency(url: string, run: LoggedRun, appends: number): Promise<Latencies> {
  const appendedAt = new Float64Array(appends + 1);
  const follow = async (way: (receive: (lines: readonly string[]) => void) => Promise<() => void>) => {
    const waits: number[] = [];
    const stop = await way((lines) => {
      const now = performance.now();
      for (const number of lines.map(lineNumber)) {
        // The line that was there before.
        if (number === 0) continue;
        if (number !== waits.length + 1) throw new Error(`line ${number} came instead of ${waits.length + 1}`);
        waits.push(now - appendedAt[number]);
      }
    });
    return { waits, stop };
  };
  const [graphql, socket, tail] = await Promise.all([
    follow((receive) => followByGraphql(url, run.id, receive)),
    follow((receive) => followByLogSocket(url, run.id, receive)),
    follow((receive) => followByTail(run.file, receive)),
  ]);
  const all = [graphql, socket, tail];
  const descriptor = openSync(run.file, 'a');
  for (let number = 1; number <= appends; number++) {
    // Not in step with any clock of the gateway's.
    await sleep(EVERY_MS * (0.5 + Math.random()));
    const line = logLines(number, number + 1);
    appendedAt[number] = performance.now();
    writeSync(descriptor, line);
  }
  closeSync(descriptor);
  const deadline = performance.now() + LOST_AFTER_MS;
  while (all.some(({ waits }) => waits.length < appends)) {
    if (performance.now() > deadline) throw new Error('lines were lost');
    await sleep(EVERY_MS);
  }
  for (const { stop } of all) stop();
  return { graphql: latency(graphql.waits), socket: latency(socket.waits), tail: latency(tail.waits) };
}

function latency(waits: readonly number[]): Latency {
  const sorted = waits.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], p99: sorted[Math.floor(sorted.length * 0.99)] };
}
