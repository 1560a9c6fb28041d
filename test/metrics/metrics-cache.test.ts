import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DataUnreadable, Overloaded, RunTooLarge } from '../../src/errors.ts';
import { MetricsCache } from '../../src/metrics/metrics-cache.ts';
import { failedRead } from '../../src/metrics/reading/opening.ts';
import type { RunMetrics } from '../../src/metrics/run-metrics.ts';
import { WorkerPool } from '../../src/metrics/worker-pool.ts';
import { EVERYWHERE } from '../support/bounds.ts';
import { eventFile } from '../support/event-files.ts';
import { bodyOf, everything } from '../support/metrics.ts';
import { referenceAnswer, referenceBody } from '../support/reference.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
let cache: MetricsCache;
let files = 0;

beforeAll(() => {
  cache = new MetricsCache(EVERYWHERE, { maxRuns: 100, maxBytes: 2 ** 30 });
});
afterAll(() => cache.close());

function newFile(): string {
  return join(directory(), `events-${files++}.jsonl`);
}

function event(step: number, data: object = { loss: step / 2 }): string {
  return `${JSON.stringify({ ts: 1_700_000_000 + step, type: 'metrics', data: { ...data, global_step: step } })}\n`;
}

function events(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => event(from + i)).join('');
}

/** So long that some ten thousand names are more than is read at once. */
const LONG = 'x'.repeat(100);

/** Data with one value each of columns `from` up to `to`. */
function columns(from: number, to: number, prefix = ''): object {
  return Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`${prefix}m${from + i}`, i]));
}

/** Everything that REST says of a run, as bytes. */
async function answersOf(metrics: RunMetrics): Promise<object> {
  const { table, ingest } = metrics;
  const [step, time] = [await bodyOf(metrics, 'step'), await bodyOf(metrics, 'time')];
  return { step, time, skipped: ingest.skippedLines, lastStep: table.lastStep };
}

function expectedAnswers(content: Buffer): object {
  const step = referenceAnswer(content, 'global_step');
  const time = referenceAnswer(content, 'time');
  return { step: referenceBody(step), time: referenceBody(time), skipped: step.skippedLines, lastStep: step.lastStep };
}

async function steps(file: string): Promise<number[]> {
  const { x } = await (await cache.read(file)).frame(everything('step'));
  return [...x];
}

describe('reading while the file grows', () => {
  it('gives the same at every moment as reading what is there by the plain rules, for any split into appends', async () => {
    await fc.assert(
      fc.asyncProperty(eventFile, fc.array(fc.nat(), { maxLength: 6 }), async (content, cuts) => {
        const file = newFile();
        await writeFile(file, '');
        const ends = [...cuts.map((cut) => cut % (content.length + 1)), content.length].toSorted((a, b) => a - b);
        let written = 0;
        for (const end of ends) {
          await appendFile(file, content.subarray(written, end));
          written = end;
          expect(await answersOf(await cache.read(file))).toEqual(expectedAnswers(content.subarray(0, end)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('serves a complete last line before its end is written, and takes it back if more bytes make it invalid', async () => {
    const file = newFile();
    await writeFile(file, event(1) + event(2).trimEnd());
    expect(await steps(file)).toEqual([1, 2]);
    await appendFile(file, ' oops\n');
    expect(await steps(file)).toEqual([1]);
    await appendFile(file, event(3));
    expect(await steps(file)).toEqual([1, 3]);
    expect((await cache.read(file)).ingest).toMatchObject({
      events: 2,
      skippedLines: 1,
      firstSkipped: { line: 2, reason: expect.stringContaining('not JSON') },
    });
  });

  it('leaves out a line of more than 16 MiB, however it arrives, and reads on behind it', async () => {
    const file = newFile();
    await writeFile(file, `${event(1)}{"type": "metrics", "data": {"text": "`);
    for (let i = 0; i < 3; i++) {
      await appendFile(file, 'x'.repeat(6 * 1024 * 1024));
      expect(await steps(file)).toEqual([1]);
    }
    await appendFile(file, `"}}\n${event(2)}`);
    expect(await steps(file)).toEqual([1, 2]);
    expect((await cache.read(file)).ingest).toMatchObject({
      skippedLines: 1,
      firstSkipped: { line: 2, reason: expect.stringContaining('16777216 bytes') },
    });
  });

  it('leaves out a line of more than 16 MiB that is there all at once', async () => {
    const file = newFile();
    const text = 'x'.repeat(17 * 1024 * 1024);
    await writeFile(file, event(1) + event(2, { text }) + event(3));
    expect(await steps(file)).toEqual([1, 3]);
  });

  it('answers a request that comes during a read with all that was written before the request', async () => {
    const file = newFile();
    await writeFile(file, events(0, 20_000));
    const early = cache.read(file);
    const waited = Array.from({ length: 20 }, (_, i) => {
      appendFileSync(file, event(20_000 + i));
      return cache.read(file);
    });
    await early;
    const seen = await Promise.all(waited.map(async (metrics) => (await metrics).table.lastStep));
    seen.forEach((lastStep, i) => {
      expect(lastStep).toBeGreaterThanOrEqual(20_000 + i);
    });
  });
});

describe('reading after anything has happened to the file', () => {
  type Action = { readonly kind: 'append' | 'truncate' | 'replace' | 'rewrite' | 'sameSize'; readonly content: Buffer };
  const action: fc.Arbitrary<Action> = fc.record({
    kind: fc.constantFrom('append', 'append', 'truncate', 'replace', 'rewrite', 'sameSize'),
    content: eventFile,
  });

  it('gives what a reader that starts afresh gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 6 }), async (actions) => {
        const file = newFile();
        let content: Buffer = Buffer.alloc(0);
        await writeFile(file, content);
        for (const { kind, content: given } of actions) {
          content = await apply(file, content, kind, given);
          expect(await answersOf(await cache.read(file)), kind).toEqual(expectedAnswers(content));
        }
      }),
      { numRuns: 200 },
    );
  });

  async function apply(file: string, before: Buffer, kind: Action['kind'], given: Buffer): Promise<Buffer> {
    switch (kind) {
      case 'append':
        await appendFile(file, given);
        return Buffer.concat([before, given]);
      case 'truncate': {
        const size = given.length % (before.length + 1);
        await truncate(file, size);
        return before.subarray(0, size);
      }
      case 'replace':
        await writeFile(`${file}.new`, given);
        await rename(`${file}.new`, file);
        return given;
      case 'rewrite':
        await writeFile(file, given);
        return given;
      case 'sameSize': {
        const sameSize = Buffer.alloc(before.length, given.length > 0 ? given : ' ');
        await writeFile(file, sameSize);
        return sameSize;
      }
    }
  }

  it('notices a file that was truncated and has grown past its old size since', async () => {
    const file = newFile();
    await writeFile(file, events(0, 2000));
    expect(await steps(file)).toHaveLength(2000);
    await truncate(file, 0);
    await appendFile(file, events(5000, 9000));
    expect((await steps(file))[0]).toBe(5000);
  });

  it('notices an edit in the middle that keeps the size, by the time of the change', async () => {
    const file = newFile();
    const content = events(1000, 4000);
    await writeFile(file, content);
    await utimes(file, 1_700_000_000, 1_700_000_000);
    expect(await steps(file)).toContain(2500);
    await writeFile(file, content.replace('"global_step":2500', '"global_step":9999'));
    expect(await steps(file)).toContain(9999);
  });

  it('notices a rewrite within the tick of the clock that stamped the write before', async () => {
    const file = newFile();
    const now = new Date(Date.now() + 10_000);
    await writeFile(file, event(1));
    await utimes(file, now, now);
    expect(await steps(file)).toEqual([1]);
    await writeFile(file, event(2, { loss: 0.5 }));
    await utimes(file, now, now);
    expect(await steps(file)).toEqual([2]);
  });

  it('notices another file in its place that begins and ends like it', async () => {
    const file = newFile();
    const content = events(1000, 4000);
    await writeFile(file, content);
    expect(await steps(file)).toContain(2500);
    await writeFile(`${file}.new`, content.replace('"global_step":2500', '"global_step":9999') + event(4000));
    await rename(`${file}.new`, file);
    expect(await steps(file)).toContain(9999);
  });

  it('holds nothing of a file that is gone, and reads it again when it comes back', async () => {
    const file = newFile();
    await writeFile(file, events(0, 10));
    expect(await steps(file)).toHaveLength(10);
    const { size } = cache.stats();
    await rm(file);
    expect(await steps(file)).toEqual([]);
    expect(cache.stats().size).toBe(size - 1);
    await writeFile(file, events(20, 22));
    expect(await steps(file)).toEqual([20, 21]);
  });
});

describe('what is no events file', () => {
  it('says that a directory in its place cannot be read', async () => {
    const file = newFile();
    await mkdir(file);
    await expect(cache.read(file)).rejects.toThrow(DataUnreadable);
  });

  it('does not wait for a FIFO in its place, and recovers when a file takes it', async () => {
    const file = newFile();
    execFileSync('mkfifo', [file]);
    await expect(cache.read(file)).rejects.toThrow('not a regular file');
    await rm(file);
    await writeFile(file, event(1));
    expect(await steps(file)).toEqual([1]);
  });

  it('finds no metrics where a directory on the way is missing', async () => {
    expect(await steps(join(directory(), 'absent', 'events.jsonl'))).toEqual([]);
  });
});

describe('the bounds of the cache', () => {
  it('lets the least recently used run go when there are too many', async () => {
    const small = new MetricsCache(EVERYWHERE, { maxRuns: 2, maxBytes: 2 ** 30 });
    const [a, b, c] = [newFile(), newFile(), newFile()];
    for (const file of [a, b, c]) await writeFile(file, events(0, 5));
    for (const file of [a, b, a, c, a]) await small.read(file);
    expect(small.stats()).toMatchObject({ size: 2, maxSize: 2, misses: 3, hits: 2 });
    await small.read(b);
    expect(small.stats().misses).toBe(4);
    await small.close();
  });

  it('keeps to its budget of bytes, and what was handed out stays as it was', async () => {
    const file = newFile();
    await writeFile(file, events(0, 3000));
    const { bytes } = (await cache.read(file)).table;
    const small = new MetricsCache(EVERYWHERE, { maxRuns: 100, maxBytes: bytes * 2 });
    const held = await small.read(file);
    const before = await answersOf(held);
    for (let i = 0; i < 5; i++) {
      const other = newFile();
      await writeFile(other, events(i, 3000 + i));
      await small.read(other);
      expect(small.stats().bytes).toBeLessThanOrEqual(bytes * 2);
    }
    expect(small.stats().size).toBeLessThanOrEqual(2);
    expect(await answersOf(held)).toEqual(before);
    await small.close();
  });

  it.each([
    ['read at once', 3000, 2 ** 16],
    ['read in pieces', 170_000, 2 ** 20],
  ])(
    'refuses a run that does not fit, %s, and does not read it again before it is another one',
    async (_, count, maxBytes) => {
      const file = newFile();
      await writeFile(file, events(0, count));
      const run = vi.spyOn(WorkerPool.prototype, 'run');
      const small = new MetricsCache(EVERYWHERE, { maxRuns: 10, maxBytes });
      await expect(small.read(file)).rejects.toThrow(RunTooLarge);
      const tasks = run.mock.calls.length;
      await appendFile(file, event(count));
      await expect(small.read(file)).rejects.toThrow('--cache-size');
      expect(run.mock.calls.length).toBe(tasks);
      await writeFile(file, event(1));
      expect((await small.read(file)).table.events).toBe(1);
      run.mockRestore();
      await small.close();
    },
  );

  it('serves a run of as many columns as one may have', async () => {
    const file = newFile();
    await writeFile(file, event(1, columns(0, 100_000)));
    expect((await cache.read(file)).columns('step')).toHaveLength(100_000);
    await appendFile(file, event(2, columns(50_000, 100_000)));
    expect((await cache.read(file)).table.events).toBe(2);
    await appendFile(file, event(3, { one: 'more' }));
    await expect(cache.read(file)).rejects.toThrow(RunTooLarge);
  });

  it.each([
    ['in one line', [event(1, columns(0, 100_001))]],
    ['in a line whose type comes last', [`{"data": ${JSON.stringify(columns(0, 100_001))}, "type": "metrics"}\n`]],
    ['in two lines', [event(1, columns(0, 60_000)) + event(2, columns(60_000, 100_001))]],
    ['in a last line without its end', [event(1, columns(0, 60_000)) + event(2, columns(60_000, 100_001)).trimEnd()]],
    ['in several pieces', [event(1, columns(0, 60_000, LONG)) + event(2, columns(60_000, 100_001, LONG))]],
    ['in what was appended', [event(1, columns(0, 60_000)), event(2, columns(60_000, 100_001))]],
  ])('refuses a run with more columns %s, and does not read it again before it is another one', async (_, parts) => {
    const file = newFile();
    for (const part of parts.slice(0, -1)) {
      await appendFile(file, part);
      await cache.read(file);
    }
    await appendFile(file, parts[parts.length - 1]);
    await expect(cache.read(file)).rejects.toThrow(RunTooLarge);
    const run = vi.spyOn(WorkerPool.prototype, 'run');
    await appendFile(file, event(3));
    await expect(cache.read(file)).rejects.toThrow('has more than 100000 columns, the most that a run may have');
    expect(run).not.toHaveBeenCalled();
    run.mockRestore();
    await writeFile(file, event(1));
    expect((await cache.read(file)).table.events).toBe(1);
  });

  it('counts skipped lines on where it goes on in pieces', async () => {
    const file = newFile();
    const small = new MetricsCache(EVERYWHERE, { maxRuns: 10, maxBytes: 2 ** 28 });
    await writeFile(file, events(0, 10));
    await small.read(file);
    await appendFile(file, `${events(10, 160_000)}oops\n${events(160_000, 160_010)}`);
    expect((await small.read(file)).ingest).toMatchObject({ skippedLines: 1, firstSkipped: { line: 160_001 } });
    await small.close();
  });

  it('takes a large run that fits in the place of one that takes most of the memory', async () => {
    const file = newFile();
    const small = new MetricsCache(EVERYWHERE, { maxRuns: 10, maxBytes: 8 * 2 ** 20 });
    await writeFile(file, events(0, 170_000));
    await small.read(file);
    await rm(file);
    await writeFile(file, events(0, 160_000));
    expect((await small.read(file)).table.events).toBe(160_000);
    await small.close();
  });

  it('keeps a run that grows, even where its rows in order find no room beside it any more', async () => {
    const file = newFile();
    const small = new MetricsCache(EVERYWHERE, { maxRuns: 10, maxBytes: 2 ** 20 });
    const disordered = events(0, 14_000).split('\n').toReversed().join('\n').slice(1);
    await writeFile(file, `${disordered}\n`);
    await (await small.read(file)).rows('step', 100, 'json');
    expect(small.stats().bytes).toBeGreaterThan((await small.read(file)).table.bytes);
    for (let step = 14_000; step < 30_000; step += 2000) {
      await appendFile(file, events(step, step + 2000));
      await (await small.read(file)).rows('step', 100, 'json');
    }
    expect(small.stats()).toMatchObject({ size: 1, misses: 1, incrementalUpdates: 8 });
    await small.close();
  });

  it('leaves a table that was handed out as it was while the run goes on', async () => {
    const file = newFile();
    await writeFile(file, events(0, 10) + event(10).trimEnd());
    const held = await cache.read(file);
    const before = await answersOf(held);
    await appendFile(file, `\n${event(3, { loss: 77, new: 'x' })}${event(4, { stage: 'y' })}`);
    await cache.read(file);
    expect(await answersOf(held)).toEqual(before);
  });
});

it.each(['EMFILE', 'ENFILE', 'ENOMEM'])(
  'a thread that has no more of what all need (%s) is no fault of the file',
  async (code) => {
    const file = newFile();
    await writeFile(file, events(0, 3));
    const run = vi.spyOn(WorkerPool.prototype, 'run');
    run.mockImplementationOnce(async () => failedRead(Object.assign(new Error(code), { code, syscall: 'open' })));
    await expect(cache.read(file)).rejects.toThrow(Overloaded);
    expect(await steps(file)).toEqual([0, 1, 2]);
    run.mockRestore();
  },
);
