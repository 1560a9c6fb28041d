import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BadUserInput, DataUnreadable } from '../../../src/errors.ts';
import type { WriterState } from '../../../src/following/followed-file.ts';
import { LiveMetrics } from '../../../src/metrics/live/live-metrics.ts';
import type { MetricDelta, MetricEvent, MetricsFollowOptions } from '../../../src/metrics/live/metric-event.ts';
import { MetricsCache } from '../../../src/metrics/metrics-cache.ts';
import { WorkerPool } from '../../../src/metrics/worker-pool.ts';
import { EVERYWHERE } from '../../support/bounds.ts';
import { everything } from '../../support/metrics.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

let files = 0;
let file: string;
let cache: MetricsCache;
let live: LiveMetrics;
let writer: WriterState;

beforeEach(() => {
  file = join(directory(), `${files++}.jsonl`);
  cache = new MetricsCache(EVERYWHERE, { maxRuns: 100, maxBytes: 2 ** 28 });
  live = new LiveMetrics(cache);
  writer = 'writing';
});

afterEach(async () => {
  live.close();
  await cache.close();
  vi.restoreAllMocks();
});

/** A line of an events file, at a second. */
function logged(second: number, data: object): string {
  return `${JSON.stringify({ ts: 1_700_000_000 + second, type: 'metrics', data })}\n`;
}

/** A step that logs at the second of its number. */
function step(number: number, data: object): string {
  return logged(number, { global_step: number, ...data });
}

function follow(options: Partial<MetricsFollowOptions> = {}, source = live): AsyncIterableIterator<MetricEvent> {
  const followed = { path: file, writerState: async () => writer };
  return source.follow(followed, { axis: 'step', columns: null, after: null, maxHz: 20, ...options });
}

async function cursorNow(axis: 'step' | 'time' = 'step'): Promise<string> {
  return (await (await cache.read(file)).frame(everything(axis))).cursor;
}

async function next(events: AsyncIterableIterator<MetricEvent>): Promise<MetricEvent> {
  const { value, done } = await events.next();
  if (done === true) throw new Error('the stream is over');
  return value;
}

/** The next event, which tells of changes: x, and the values of each series by name. */
async function delta(events: AsyncIterableIterator<MetricEvent>) {
  const event = await next(events);
  if (event.type !== 'delta') throw new Error(`an event of type ${event.type}`);
  return told(event);
}

function told({ frame, removed }: MetricDelta) {
  const values = frame.series.map(({ name, values: of }) => [name, Array.from(of)]);
  return { x: Array.from(frame.x), ...Object.fromEntries(values), removed: Array.from(removed) };
}

describe('a stream of changes', () => {
  it('begins with the whole run where no cursor is given', async () => {
    await writeFile(file, step(1, { loss: 4 }) + step(2, { loss: 2 }));
    expect(await delta(follow())).toEqual({ x: [1, 2], loss: [4, 2], removed: [] });
  });

  it('begins with an event that holds nothing where nothing has changed since the cursor', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const after = await cursorNow();
    expect(await next(follow({ after }))).toMatchObject({ type: 'delta', frame: { rowCount: 0, cursor: after } });
  });

  it('tells of a run that has no file yet, and of its first event', async () => {
    const events = follow();
    expect(await delta(events)).toEqual({ x: [], removed: [] });
    await writeFile(file, step(1, { loss: 4 }));
    expect(await delta(events)).toEqual({ x: [1], loss: [4], removed: [] });
  });

  it('tells of added rows, and of a late event as a change of the whole row', async () => {
    await writeFile(file, step(1, { loss: 4, lr: 0.1 }) + step(2, { loss: 2, lr: 0.1 }));
    const events = follow();
    await delta(events);
    await appendFile(file, step(3, { loss: 1, lr: 0.1 }));
    expect(await delta(events)).toEqual({ x: [3], loss: [1], lr: [0.1], removed: [] });
    await appendFile(file, step(1, { loss: 9 }));
    expect(await delta(events)).toEqual({ x: [1], loss: [9], lr: [0.1], removed: [] });
  });

  it('tells of a row that has lost its only value, but not of one that never had any', async () => {
    await writeFile(file, step(1, { loss: 4 }) + step(2, { other: 2 }));
    const events = follow({ columns: ['loss'] });
    await delta(events);
    await appendFile(file, step(1, { loss: null }) + step(2, { other: 3 }));
    expect(await delta(events)).toEqual({ x: [], loss: [], removed: [1] });
  });

  it('tells from when seconds are counted, as it is by then', async () => {
    await writeFile(file, step(2, { loss: 4 }));
    const events = follow();
    expect(await next(events)).toMatchObject({ frame: { timeOrigin: 1_700_000_002_000_000 } });
    await appendFile(file, step(1, { loss: 2 }));
    expect(await next(events)).toMatchObject({ frame: { timeOrigin: 1_700_000_001_000_000 } });
  });

  it('tells of the changes of a label among its rows', async () => {
    await writeFile(file, step(1, { stage: 'a' }) + step(2, { stage: 'a' }) + step(3, { stage: 'b' }));
    const events = follow();
    const changesOf = async () => {
      const event = await next(events);
      return event.type === 'delta' ? event.frame.labels : event;
    };
    expect(await changesOf()).toMatchObject([
      {
        changeCount: 2,
        changes: [
          { x: 1, value: 'a' },
          { x: 3, value: 'b' },
        ],
      },
    ]);
    await appendFile(file, step(4, { stage: 'b' }) + step(5, { loss: 1 }) + step(6, { stage: 'b' }));
    expect(await changesOf()).toMatchObject([{ changeCount: 1, changes: [{ x: 4, value: 'b' }] }]);
    await appendFile(file, Array.from({ length: 1200 }, (_, i) => step(10 + i, { stage: `s${i}` })).join(''));
    expect(await changesOf()).toMatchObject([
      { changeCount: 1200, changes: Array.from({ length: 1000 }, (_, i) => ({ x: 10 + i, value: `s${i}` })) },
    ]);
  });

  it('is silent about columns that were not asked for', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const events = follow({ columns: ['loss'] });
    await delta(events);
    await appendFile(file, step(2, { other: 1 }));
    await cache.read(file);
    await appendFile(file, step(3, { loss: 2 }));
    expect(await delta(events)).toEqual({ x: [3], loss: [2], removed: [] });
  });

  it('names a column that is not there as missing, and tells of it once it is', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const events = follow({ columns: ['val'] });
    expect(await next(events)).toMatchObject({ frame: { missingColumns: ['val'], series: [] } });
    await appendFile(file, step(2, { val: 7 }));
    expect(await next(events)).toMatchObject({ frame: { missingColumns: [], series: [{ name: 'val' }] } });
  });

  it('leaves out columns without a value in its rows where none were asked for', async () => {
    await writeFile(file, step(1, { loss: 4, val: 5 }));
    const events = follow();
    await delta(events);
    await appendFile(file, step(2, { loss: 2 }));
    expect(await delta(events)).toEqual({ x: [2], loss: [2], removed: [] });
  });

  it('keeps NaN and infinities, however many', async () => {
    await writeFile(file, '');
    const events = follow();
    await delta(events);
    const lines = Array.from({ length: 1500 }, (_, i) => step(i, { loss: 0 }).replace('"loss":0', '"loss":NaN'));
    await appendFile(file, lines.join(''));
    const event = await next(events);
    expect(event.type === 'delta' && event.frame.series[0].nonFinite.length).toBe(1500);
  });

  it('tells of a long run in several events, each with a cursor to go on from', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => step(i, { loss: i, lr: 1 }));
    await writeFile(file, lines.join(''));
    const events = follow();
    const first = await next(events);
    if (first.type !== 'delta') throw new Error('no rows');
    const rest: number[] = [];
    const resumed = follow({ after: first.frame.cursor });
    while (first.frame.rowCount + rest.length < lines.length) rest.push(...(await delta(resumed)).x);
    expect(first.frame.rowCount).toBeLessThan(lines.length);
    expect([...first.frame.x, ...rest]).toEqual(lines.map((_, i) => i));
  });

  it('tells of an unfinished last line, and takes it back where it turns out to be none', async () => {
    await writeFile(file, step(1, { loss: 4 }) + step(2, { loss: 2 }).trimEnd());
    const events = follow();
    expect(await delta(events)).toEqual({ x: [1, 2], loss: [4, 2], removed: [] });
    await appendFile(file, ' torn\n');
    expect(await delta(events)).toEqual({ x: [], removed: [2] });
  });

  it('counts as no answer of the cache', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const events = follow();
    await delta(events);
    await appendFile(file, step(2, { loss: 4 }));
    await delta(events);
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 0, incrementalUpdates: 0, size: 1 });
  });
});

describe('the time axis', () => {
  it('counts seconds from the earliest event', async () => {
    await writeFile(file, logged(10, { loss: 4 }));
    const events = follow({ axis: 'time' });
    await delta(events);
    await appendFile(file, logged(12.5, { loss: 2 }));
    expect(await delta(events)).toEqual({ x: [2.5], loss: [2], removed: [] });
  });

  it('is told anew where an earlier event comes, also to who was away', async () => {
    await writeFile(file, logged(10, { loss: 4 }));
    const events = follow({ axis: 'time' });
    await delta(events);
    const after = await cursorNow('time');
    await appendFile(file, logged(8, { loss: 2 }));
    for (const stream of [events, follow({ axis: 'time', after })]) {
      expect(await next(stream)).toMatchObject({ type: 'reset', reason: 'originMoved' });
      expect(await delta(stream)).toEqual({ x: [0, 2], loss: [2, 4], removed: [] });
    }
  });

  it('moves no steps', async () => {
    await writeFile(file, step(10, { loss: 4 }));
    const after = await cursorNow();
    await appendFile(file, step(8, { loss: 2 }));
    expect(await delta(follow({ after }))).toEqual({ x: [8], loss: [2], removed: [] });
  });
});

describe('a file that is another one', () => {
  const cases = [
    { name: 'cut', reason: 'truncated', change: () => writeFile(file, step(7, { loss: 1 })) },
    {
      name: 'replaced by another',
      reason: 'replaced',
      change: async () => {
        await writeFile(`${file}.new`, step(7, { loss: 1 }));
        await rename(`${file}.new`, file);
      },
    },
  ] as const;

  it.each(cases)('that was $name is told anew', async ({ reason, change }) => {
    await writeFile(file, step(1, { loss: 4 }) + step(2, { loss: 2 }));
    const events = follow();
    await delta(events);
    await change();
    expect(await next(events)).toMatchObject({ type: 'reset', reason });
    expect(await delta(events)).toEqual({ x: [7], loss: [1], removed: [] });
  });

  it.each(cases)('that was $name while a client was away is told anew', async ({ reason, change }) => {
    await writeFile(file, step(1, { loss: 4 }) + step(2, { loss: 2 }));
    const after = await cursorNow();
    await change();
    const events = follow({ after });
    expect(await next(events)).toMatchObject({ type: 'reset', reason });
    expect(await delta(events)).toEqual({ x: [7], loss: [1], removed: [] });
  });

  it('that is gone leaves nothing, and what comes at its place is told', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const events = follow();
    await delta(events);
    await rm(file);
    expect(await next(events)).toMatchObject({ type: 'reset', reason: 'replaced' });
    await writeFile(file, step(7, { loss: 1 }));
    expect(await delta(events)).toEqual({ x: [7], loss: [1], removed: [] });
  });

  it('that only left the cache is gone on with', async () => {
    const small = new MetricsCache(EVERYWHERE, { maxRuns: 1, maxBytes: 2 ** 28 });
    const other = join(directory(), 'other.jsonl');
    await writeFile(file, step(1, { loss: 4 }));
    await writeFile(other, step(1, { loss: 4 }));
    const events = follow({}, new LiveMetrics(small));
    await delta(events);
    await small.read(other);
    await appendFile(file, step(2, { loss: 2 }));
    expect(await delta(events)).toEqual({ x: [2], loss: [2], removed: [] });
    await events.return?.();
    await small.close();
  });
});

describe('a cursor', () => {
  it('holds at another gateway over the same files', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const events = follow();
    await delta(events);
    await appendFile(file, step(2, { loss: 2 }));
    const event = await next(events);
    await appendFile(file, step(3, { loss: 1 }));
    const elsewhere = new MetricsCache(EVERYWHERE, { maxRuns: 1, maxBytes: 2 ** 28 });
    const after = event.type === 'delta' ? event.frame.cursor : '';
    const resumed = follow({ after }, new LiveMetrics(elsewhere));
    expect(await delta(resumed)).toEqual({ x: [3], loss: [1], removed: [] });
    await resumed.return?.();
    await elsewhere.close();
  });

  it('of the other axis is refused, whose x are others', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const after = await cursorNow('time');
    expect(() => follow({ after })).toThrow(new BadUserInput('after: a cursor of the axis TIME, not of STEP'));
  });

  it.each([
    '',
    'nonsense',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["1",2,"",3,null,null]').toString('base64url'),
  ])('that is none is refused: %j', (after) => {
    expect(() => follow({ after })).toThrow(BadUserInput);
    expect(() => follow({ after })).toThrow(`after: '${after}' is not a cursor of metrics`);
  });
});

describe('how often', () => {
  it.each([0, 0.09, 20.1, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d times a second', (maxHz) => {
    expect(() => follow({ maxHz })).toThrow(`maxHz: ${maxHz} is not a number from 0.1 to 20`);
  });

  it('tells what comes in quick succession together', async () => {
    await writeFile(file, '');
    const events = follow({ maxHz: 2 });
    await delta(events);
    await appendFile(file, step(1, { loss: 1 }));
    expect(await delta(events)).toEqual({ x: [1], loss: [1], removed: [] });
    const startedAt = performance.now();
    const coming = delta(events);
    for (let i = 2; i <= 4; i++) await appendFile(file, step(i, { loss: i }));
    expect(await coming).toEqual({ x: [2, 3, 4], loss: [2, 3, 4], removed: [] });
    expect(performance.now() - startedAt).toBeGreaterThan(300);
  });

  it('tells a client that takes its time what is then, in one event', async () => {
    await writeFile(file, step(0, { loss: 0 }));
    const events = follow();
    await delta(events);
    for (let i = 1; i <= 50; i++) {
      await appendFile(file, step(i % 5, { loss: i }));
      await cache.read(file);
    }
    expect(await delta(events)).toEqual({ x: [0, 1, 2, 3, 4], loss: [50, 46, 47, 48, 49], removed: [] });
  });
});

describe('many followers of a run', () => {
  it('share the look at the file, and what is made of it', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const followers = Array.from({ length: 50 }, () => follow());
    await Promise.all(followers.map(delta));
    const run = vi.spyOn(WorkerPool.prototype, 'run');
    const coming = followers.map(delta);
    await appendFile(file, step(2, { loss: 2 }));
    for (const event of await Promise.all(coming)) expect(event).toEqual({ x: [2], loss: [2], removed: [] });
    const tasks = run.mock.calls.map(([name]) => name);
    expect(tasks.filter((name) => name === 'changes')).toHaveLength(1);
    expect(tasks.filter((name) => name === 'readNew').length).toBeLessThanOrEqual(2);
  });

  it('are told in a turn of the event loop each, so that others have theirs in between', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    let turn = 0;
    const count = () => {
      turn += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const turns = await Promise.all(
      [follow(), follow(), follow()].map(async (events) => {
        await delta(events);
        return turn;
      }),
    );
    clearImmediate(counting);
    expect(new Set(turns).size).toBe(3);
  });
});

describe('the end', () => {
  it('comes when the run has ended and everything was told', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const events = follow();
    await delta(events);
    await appendFile(file, step(2, { loss: 2 }));
    writer = 'ended';
    expect(await delta(events)).toEqual({ x: [2], loss: [2], removed: [] });
    expect(await next(events)).toEqual({ type: 'end', cursor: await cursorNow() });
    expect(await events.next()).toMatchObject({ done: true });
  });

  it('comes at once where the run is gone', async () => {
    writer = 'gone';
    expect(await next(follow())).toMatchObject({ type: 'end' });
  });

  it('comes when the run goes with its file, which voids nothing that was told', async () => {
    await writeFile(file, step(1, { loss: 4 }));
    const events = follow();
    await delta(events);
    const cursor = await cursorNow();
    writer = 'gone';
    await rm(file);
    expect(await next(events)).toEqual({ type: 'end', cursor });
  });

  it('comes without a word when the client leaves, though nothing happens', async () => {
    const events = follow();
    await delta(events);
    const waiting = events.next();
    await events.return?.();
    expect(await waiting).toMatchObject({ done: true });
  });

  it('comes when all is closed', async () => {
    const events = follow();
    await delta(events);
    const waiting = events.next();
    live.close();
    expect(await waiting).toMatchObject({ done: true });
  });

  it('comes without an error when all is closed while the file is read', async () => {
    vi.spyOn(WorkerPool.prototype, 'run').mockImplementationOnce(async () => {
      live.close();
      throw new Error('the thread was ended');
    });
    await writeFile(file, step(1, { loss: 4 }));
    expect(await follow().next()).toMatchObject({ done: true });
  });

  it('is an error where a directory comes at the place of the file', async () => {
    const events = follow();
    await delta(events);
    await mkdir(file);
    await expect(next(events)).rejects.toThrow(DataUnreadable);
  });
});
