import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LogEvent } from '../../src/logs/log-event.ts';
import { Logs } from '../../src/logs/logs.ts';
import { EVERYWHERE } from '../support/bounds.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const root = useTemporaryDirectory();
const logs = new Logs(EVERYWHERE);
let count = 0;
const open: AsyncIterableIterator<LogEvent>[] = [];
afterEach(async () => {
  for (const stream of open.splice(0)) await stream.return?.();
});

/** A log of its own, which is not there yet. */
function newLog(): string {
  const directory = join(root(), `run-${count++}`);
  mkdirSync(directory);
  return join(directory, 'logs.txt');
}

function follow(path: string, options: { after?: string | null; tail?: number } = {}, from = logs) {
  const stream = from.follow(
    { path, writerState: () => Promise.resolve('writing' as const) },
    { tail: 1000, ...options },
  );
  open.push(stream);
  return stream;
}

/** The next lines, at least `wanted`, and the cursor behind them. */
async function take(stream: AsyncIterableIterator<LogEvent>, wanted: number) {
  const lines: string[] = [];
  let cursor: string | null = null;
  while (lines.length < wanted || cursor === null) {
    const { value }: { value?: LogEvent } = await stream.next();
    if (value?.type !== 'batch') continue;
    lines.push(...value.lines);
    cursor = value.cursor;
  }
  return { lines, cursor };
}

/** Files below `directory` that this process has open, and watches of it that it holds. */
function heldOpen(directory: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(directory) ? [target] : [];
    } catch {
      // The directory listing's own descriptor is gone by now.
      return [];
    }
  });
}

function watches(): number {
  return readdirSync('/proc/self/fdinfo').reduce((sum, fd) => {
    try {
      return sum + (readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify wd:/gm)?.length ?? 0);
    } catch {
      return sum;
    }
  }, 0);
}

/** How many bytes this process has read from files and sockets. */
function bytesRead(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

it('a log is followed where the system never tells of a change', async () => {
  const path = newLog();
  writeFileSync(path, 'one\n');
  // Watches of a directory do not see what is written through a name in another one.
  const otherName = join(root(), `elsewhere-${count}`);
  linkSync(path, otherName);
  const stream = follow(path);
  expect((await take(stream, 1)).lines).toEqual(['one']);
  for (const line of ['two', 'three']) {
    appendFileSync(otherName, `${line}\n`);
    expect((await take(stream, 1)).lines).toEqual([line]);
  }
});

it('a log is followed though its directory comes later, goes, and comes back', async () => {
  const path = newLog();
  const directory = join(path, '..');
  rmSync(directory, { recursive: true });
  const stream = follow(path);
  expect((await stream.next()).value).toEqual({ type: 'absent' });
  for (const line of ['one', 'two']) {
    mkdirSync(directory);
    writeFileSync(path, `${line}\n`);
    expect((await take(stream, 1)).lines).toEqual([line]);
    rmSync(directory, { recursive: true });
  }
});

describe.skipIf(process.platform !== 'linux')('what following costs', () => {
  it('nothing is open or watched before anyone reads, nor when nobody does any more', async () => {
    const path = newLog();
    writeFileSync(path, 'one\n');
    const before = watches();
    const streams = [follow(path), follow(path), follow(path)];
    expect([heldOpen(path), watches()]).toEqual([[], before]);
    await Promise.all(streams.map((stream) => take(stream, 1)));
    // Watches are begun by the way too.
    await vi.waitFor(() => expect([heldOpen(path), watches()]).toEqual([[path], before + 1]));
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    await Promise.all(streams.map((stream) => take(stream, 1)));
    await vi.waitFor(() => expect(heldOpen(path)).toEqual([path]));
    // One of them is waiting for its next line.
    const waiting = streams[0]?.next();
    for (const stream of streams) await stream.return?.();
    expect((await waiting)?.done).toBe(true);
    // Files are closed by the way: nobody waits for that.
    await vi.waitFor(() => expect([heldOpen(path), watches()]).toEqual([[], before]));
  });

  it('500 readers of a log cost one reading of it', async () => {
    const path = newLog();
    writeFileSync(path, '');
    const streams = Array.from({ length: 500 }, () => follow(path));
    await Promise.all(streams.map((stream) => take(stream, 0)));
    const text = `${'x'.repeat(999)}\n`.repeat(60);
    const before = bytesRead();
    const told = streams.map((stream) => take(stream, 60));
    appendFileSync(path, text);
    await Promise.all(told);
    expect(bytesRead() - before).toBeLessThan(10 * text.length);
  });

  it('a rotated file stays open for a reader who has not read it all, and no longer', async () => {
    const path = newLog();
    writeFileSync(path, `${'x'.repeat(99)}\n`.repeat(5000));
    const slow = follow(path, { tail: 5000 });
    await slow.next();
    const quick = follow(path, { tail: 0 });
    await take(quick, 0);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'new\n');
    await take(quick, 1);
    expect(heldOpen(path).toSorted()).toEqual([path, `${path}.1`]);
    const { lines } = await take(slow, 4346);
    expect(lines.at(-1)).toBe('new');
    // It is closed by the way.
    await vi.waitFor(() => expect(heldOpen(path)).toEqual([path]));
  });
});

/** Enough of a line to tell it from others. */
const brief = (line: string) => (line.length > 100 ? `${line.slice(0, 40)}…${line.length}…${line.slice(-40)}` : line);

const piece = fc.oneof(
  fc.constantFrom('\n', '\n', '\r\n', '\r', '', 'line', '损失', '🚀', '\u001b[31m', '\0', ' ', '\ufeff'),
  fc.string({ maxLength: 12 }),
  fc.integer({ min: 60_000, max: 70_000 }).map((length) => `<${'x'.repeat(length)}>\n`),
);

it('however a log is appended to and its reader interrupted, each line comes once and in order', async () => {
  const property = fc.asyncProperty(
    fc.array(piece, { maxLength: 30 }),
    fc.array(fc.nat(), { maxLength: 12 }),
    fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
    async (pieces, cuts, drops) => {
      const path = newLog();
      const bytes = Buffer.from(`${pieces.join('')}\n`);
      const places = [...cuts.map((cut) => cut % bytes.length), 0, bytes.length].toSorted((a, b) => a - b);
      const received: string[] = [];
      let stream = follow(path);
      let cursor: string | null = null;
      for (const [i, from] of places.slice(0, -1).entries()) {
        const until = places[i + 1] ?? 0;
        appendFileSync(path, bytes.subarray(from, until));
        const finished = bytes.subarray(0, until).toString('latin1').split('\n').length - 1;
        if (finished > received.length) {
          const batch = await take(stream, finished - received.length);
          received.push(...batch.lines);
          cursor = batch.cursor;
        }
        if (drops[i] && cursor !== null) {
          await stream.return?.();
          // Each second time as after a restart, with nothing in memory.
          stream = follow(path, { after: cursor }, i % 2 === 0 ? logs : new Logs(EVERYWHERE));
        }
      }
      await stream.return?.();
      const expected = bytes
        .toString()
        .split('\n')
        .slice(0, -1)
        .map((line) => line.replace(/\r$/, ''));
      expect(received.map(brief)).toEqual(expected.map(brief));
    },
  );
  await fc.assert(property, { numRuns: 60 });
});
