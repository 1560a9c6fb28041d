/** How many lines a second many followers of one log get through. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LoggedRun, lineNumber, logLines } from '../inputs/log-lines.ts';
import type { Receive } from './log-receivers.ts';

const PIECE = 1000;
/** How many pieces the slowest follower may be behind. */
const AHEAD = 10;
const TICK_MS = 10;

/** Starts to follow a log that holds one line. */
export type Follow = (receive: Receive) => Promise<() => void>;

/**
 * Appends as fast as the slowest of `followers` takes it, which is never more than 10 000 lines behind.
 *
 * @param run whose log holds one line
 * @returns lines a second, each of them received by all
 */
export async function measureRate(run: LoggedRun, follow: Follow, followers: number, seconds: number): Promise<number> {
  const receivedBy: number[] = [];
  let tellDone = () => {};
  const stops = await followAll(followers, follow, (piece) => {
    receivedBy[piece] = (receivedBy[piece] ?? 0) + 1;
    if (receivedBy[piece] === followers) tellDone();
  });
  const log = openSync(run.file, 'a');
  const start = performance.now();
  let appended = 0;
  let done = 0;
  await new Promise<void>((resolve) => {
    const append = (): void => {
      writeSync(log, logLines(1 + appended * PIECE, 1 + (appended + 1) * PIECE));
      appended++;
    };
    tellDone = () => {
      done++;
      if (performance.now() - start < seconds * 1000) append();
      else if (done === appended) resolve();
    };
    for (let i = 0; i < AHEAD; i++) append();
  });
  const elapsed = performance.now() - start;
  for (const stop of stops) stop();
  closeSync(log);
  return (done * PIECE * 1000) / elapsed;
}

export interface Load {
  readonly followers: number;
  /** Lines a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** @returns how long after the last line was appended the last follower had it, in milliseconds */
export async function measureLag(run: LoggedRun, follow: Follow, { followers, rate, seconds }: Load): Promise<number> {
  const pieces = Math.floor((rate * seconds) / PIECE);
  let left = followers * pieces;
  let tellAll = () => {};
  const all = new Promise<void>((resolve) => {
    tellAll = resolve;
  });
  const stops = await followAll(followers, follow, () => {
    left--;
    if (left === 0) tellAll();
  });
  const log = openSync(run.file, 'a');
  const start = performance.now();
  for (let appended = 0; appended < pieces * PIECE; ) {
    await sleep(TICK_MS);
    const due = Math.min(pieces * PIECE, Math.floor(((performance.now() - start) * rate) / 1000));
    writeSync(log, logLines(1 + appended, 1 + due));
    appended = due;
  }
  const last = performance.now();
  await all;
  const lag = performance.now() - last;
  for (const stop of stops) stop();
  closeSync(log);
  return lag;
}

/** @param received told of each piece, once it is complete, by each follower */
async function followAll(
  followers: number,
  follow: Follow,
  received: (piece: number) => void,
): Promise<(() => void)[]> {
  const start = async (): Promise<() => void> => {
    let expected = 1;
    return follow((lines) => {
      const [first] = lines;
      if (first === undefined || lineNumber(first) === 0) return;
      const next = expected + lines.length;
      if (lineNumber(first) !== expected || lineNumber(lines.at(-1) ?? '') !== next - 1) {
        throw new Error(`a follower received line ${lineNumber(first)} instead of ${expected}`);
      }
      for (let piece = Math.floor((expected - 1) / PIECE); piece < Math.floor((next - 1) / PIECE); piece++)
        received(piece);
      expected = next;
    });
  };
  return Promise.all(Array.from({ length: followers }, start));
}
