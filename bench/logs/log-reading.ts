/** Reads of a long log: its last lines, and all of it, each beside what coreutils do. */

import { dirname } from 'node:path';
import { Logs } from '../../src/logs/logs.ts';
import { type Comparing, compare } from '../harness/measure.ts';
import { type LoggedRun, lineNumber } from '../inputs/log-lines.ts';
import { connectGraphql, runForLines, subscribeLog, WHOLE_LOG } from './log-receivers.ts';

const TAIL_ROUNDS = 15;
const REPLAY_ROUNDS = 3;

/** From the start of a connection, or of a process, to the last of `count` lines. */
export async function compareLastLines(url: string, run: LoggedRun, count: number): Promise<Comparing> {
  return compare({
    rounds: TAIL_ROUNDS,
    ours: () => subscribeUntil(url, run, count, count),
    theirs: () => readProcess('tail', ['-n', String(count), run.file]),
    check: expectSameLines,
  });
}

/** All lines, received through a subscription. */
export async function compareReplay(url: string, run: LoggedRun, lines: number): Promise<Comparing> {
  return compare({
    rounds: REPLAY_ROUNDS,
    ours: () => subscribeUntil(url, run, WHOLE_LOG, lines),
    theirs: () => readProcess('cat', [run.file]),
    check: expectSameLines,
  });
}

/** All lines, read in this process, without a gateway. */
export async function compareFollow(run: LoggedRun, lines: number): Promise<Comparing> {
  return compare({
    rounds: REPLAY_ROUNDS,
    ours: async () => {
      const logs = new Logs({ root: dirname(run.file), followSymlinks: false });
      const seen = new SeenLines();
      for await (const event of logs.follow(
        { path: run.file, writerState: async () => 'writing' as const },
        { tail: WHOLE_LOG },
      )) {
        if (event.type === 'batch') seen.add(event.lines);
        if (seen.count >= lines) break;
      }
      return seen;
    },
    theirs: () => readProcess('cat', [run.file]),
    check: expectSameLines,
  });
}

async function subscribeUntil(url: string, run: LoggedRun, tail: number, count: number): Promise<SeenLines> {
  const seen = new SeenLines();
  const socket = await connectGraphql(url);
  await new Promise<void>((resolve) => {
    subscribeLog(socket, run.id, tail, (lines) => {
      seen.add(lines);
      if (seen.count >= count) resolve();
    });
  });
  socket.terminate();
  return seen;
}

async function readProcess(command: string, args: readonly string[]): Promise<SeenLines> {
  const seen = new SeenLines();
  await runForLines(command, args, (lines) => seen.add(lines)).ended;
  return seen;
}

/** Counts lines, and sees that they are in order. */
class SeenLines {
  count = 0;
  last = -1;

  add(lines: readonly string[]): void {
    const [first] = lines;
    if (first === undefined) return;
    if (this.count > 0 && lineNumber(first) !== this.last + 1) {
      throw new Error(`line ${lineNumber(first)} came after ${this.last}`);
    }
    this.last = lineNumber(lines.at(-1) ?? '');
    this.count += lines.length;
  }
}

function expectSameLines(ours: SeenLines, theirs: SeenLines): void {
  if (ours.count === theirs.count && ours.last === theirs.last) return;
  throw new Error(`${ours.count} lines up to ${ours.last} are not ${theirs.count} up to ${theirs.last}`);
}
