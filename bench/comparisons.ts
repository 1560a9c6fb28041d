/** What is measured: reads of a run's metrics by the cache, and LTTB, each beside its rival. */
import { stat, truncate } from 'node:fs/promises';
import { writeEvents } from './events-file.ts';
import { type Comparing, compare } from './measure.ts';
import { peakMemory } from './memory.ts';
import { lttb, newCache, type RunMetrics } from './ours.ts';
import { downsampleLttb, type ParsedEvents, readByJsonParse } from './rivals.ts';
import { expectSameEvents, expectSameNumbers } from './same-answer.ts';

/** The figures of one line of the report; `work` is what both sides get through, for a rate. */
export interface Result extends Comparing {
  readonly name: string;
  readonly rival: string;
  readonly work?: { readonly megabytes: number };
}

export interface Memory {
  readonly ours: number;
  readonly theirs: number;
}

const ROUNDS = 7;
const QUICK_ROUNDS = 25;
const APPENDED = 100;
const POINTS = 2000;
const PARSE_A_LINE = '`JSON.parse` a line';

/** @param file one of `events` events, which grows and is cut back to what it was */
export async function compareReads(file: string, events: number): Promise<Result[]> {
  const { size } = await stat(file);
  const work = { megabytes: size / 1e6 };
  return [
    { name: 'cold read', rival: PARSE_A_LINE, work, ...(await coldRead(file)) },
    { name: 'warm read, file unchanged', rival: `${PARSE_A_LINE}, again`, ...(await warmRead(file)) },
    {
      name: `read after ${APPENDED} appended events`,
      rival: `${PARSE_A_LINE}, again`,
      ...(await incrementalRead(file, events)),
    },
  ];
}

/** A new cache, and so new threads, each round. */
async function coldRead(file: string): Promise<Comparing> {
  let cache = newCache();
  return compare({
    rounds: ROUNDS,
    ours: () => {
      cache = newCache();
      return cache.read(file);
    },
    theirs: () => readByJsonParse(file),
    check: async (ours, theirs) => {
      await cache.close();
      expectSameRead(ours, theirs);
    },
  });
}

async function warmRead(file: string): Promise<Comparing> {
  const cache = newCache();
  await cache.read(file);
  try {
    return await compare({
      rounds: ROUNDS,
      ours: () => cache.read(file),
      theirs: () => readByJsonParse(file),
      check: expectSameRead,
    });
  } finally {
    await cache.close();
  }
}

async function incrementalRead(file: string, events: number): Promise<Comparing> {
  const { size } = await stat(file);
  const cache = newCache();
  await cache.read(file);
  let written = events;
  try {
    return await compare({
      rounds: ROUNDS,
      prepare: async () => {
        await writeEvents(file, written, written + APPENDED);
        written += APPENDED;
      },
      ours: () => cache.read(file),
      theirs: () => readByJsonParse(file),
      check: (ours, theirs) => {
        expectSameNumbers('events', [ours.table.events], [written]);
        expectSameRead(ours, theirs);
      },
    });
  } finally {
    await cache.close();
    await truncate(file, size);
  }
}

function expectSameRead(ours: RunMetrics, theirs: ParsedEvents): void {
  expectSameEvents(ours.table, theirs);
}

/** The loss curve of the events file. */
export async function compareLttb(file: string): Promise<Result> {
  const { columns } = readByJsonParse(file);
  const x = columns.get('global_step') ?? new Float64Array();
  const y = columns.get('train/loss') ?? new Float64Array();
  const rows = Uint32Array.from(x.keys());
  const comparing = await compare({
    rounds: QUICK_ROUNDS,
    ours: () => lttb(x, y, POINTS),
    theirs: () => downsampleLttb(rows, x, y, POINTS),
    check: (ours, theirs) => expectSameNumbers('LTTB', ours, theirs),
  });
  return { name: `LTTB to ${POINTS} points`, rival: 'npm `downsample`', ...comparing };
}

export async function compareMemory(file: string): Promise<Memory> {
  return { ours: await peakMemory('ours', file), theirs: await peakMemory('theirs', file) };
}
