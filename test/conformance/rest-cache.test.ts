import { appendFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Cost, costOf, HIT, MISS, NOTHING, points, pointsBody, UPDATE } from './cache-counts.ts';
import { NO_ROWS, type ServedRun, useGateway } from './fixture.ts';

const gateway = useGateway();

const countsOf = (work: () => Promise<unknown>) => costOf(gateway.gateway, work);

/** The body of the step view, and what it cost to ask for it. */
async function stepsAndCost(run: ServedRun): Promise<[string, Cost]> {
  let answer = '';
  const cost = await countsOf(async () => {
    answer = await run.steps();
  });
  return [answer, cost];
}

/** A run whose points 1 and 2 the cache holds. */
async function heldRun(): Promise<ServedRun> {
  const run = await gateway.serve({ events: points(1, 2) });
  await run.steps();
  return run;
}

describe('what a request costs', () => {
  it('REST-CACHE-001 the first request for a run is a miss', async () => {
    const run = await gateway.serve({ events: points(1) });
    expect(await countsOf(run.steps)).toEqual(MISS);
  });

  it('REST-CACHE-002 a request for an unchanged file is a hit', async () => {
    const run = await heldRun();
    for (let i = 0; i < 3; i++) expect(await countsOf(run.steps)).toEqual(HIT);
  });

  it('REST-CACHE-003 both views of a run share what is held', async () => {
    const run = await heldRun();
    expect(await countsOf(run.times)).toEqual(HIT);
    expect(await countsOf(() => run.get('metrics?downsample=100'))).toEqual(HIT);
  });

  it('REST-CACHE-004 after the file grew a request is an incremental update, and sees what is new', async () => {
    const run = await heldRun();
    await appendFile(run.events, points(3));
    expect(await stepsAndCost(run)).toEqual([pointsBody(1, 2, 3), UPDATE]);
    await appendFile(run.events, points(4));
    expect(await stepsAndCost(run)).toEqual([pointsBody(1, 2, 3, 4), UPDATE]);
  });

  it('REST-CACHE-005 growth by a torn line is an incremental update, and so is its completion', async () => {
    const run = await heldRun();
    const [start, end] = [points(3).slice(0, 20), points(3).slice(20)];
    for (const [bytes, expected] of [
      [start, pointsBody(1, 2)],
      [end, pointsBody(1, 2, 3)],
    ]) {
      await appendFile(run.events, bytes);
      expect(await stepsAndCost(run)).toEqual([expected, UPDATE]);
    }
  });

  it('REST-CACHE-006 an empty events file is held like any other: a miss, a hit, an incremental update', async () => {
    const run = await gateway.serve({ events: '' });
    expect(await countsOf(run.steps)).toEqual(MISS);
    expect(await countsOf(run.steps)).toEqual(HIT);
    await appendFile(run.events, points(1));
    expect(await countsOf(run.steps)).toEqual(UPDATE);
  });
});

describe('files that are not what they were', () => {
  it('REST-CACHE-007 a truncated file is a miss', async () => {
    const run = await heldRun();
    await truncate(run.events, points(1).length);
    expect(await stepsAndCost(run)).toEqual([pointsBody(1), MISS]);
  });

  it('REST-CACHE-008 a file reset to nothing is a miss', async () => {
    const run = await heldRun();
    await truncate(run.events, 0);
    expect(await stepsAndCost(run)).toEqual([NO_ROWS, MISS]);
  });

  it('REST-CACHE-009 a file that shrank and then grew past its old size is a miss', async () => {
    const run = await heldRun();
    await truncate(run.events, points(1).length);
    await appendFile(run.events, points(7, 8, 9));
    expect(await stepsAndCost(run)).toEqual([pointsBody(1, 7, 8, 9), MISS]);
  });

  it('REST-CACHE-010 a file rewritten in place at the same size is a miss, also at once', async () => {
    const run = await heldRun();
    for (const [a, b] of [
      [3, 4],
      [5, 6],
      [7, 8],
    ]) {
      await writeFile(run.events, points(a, b));
      expect(await stepsAndCost(run)).toEqual([pointsBody(a, b), MISS]);
    }
  });

  it('REST-CACHE-011 an edit in the middle of a large file that keeps its size is seen by its mtime', async () => {
    const steps = Array.from({ length: 1000 }, (_, i) => 1000 + i);
    const run = await gateway.serve({ events: points(...steps) });
    await run.steps();
    const edited = steps.with(500, 9000);
    await writeFile(run.events, points(...edited));
    await utimes(run.events, 1_800_000_000, 1_800_000_000);
    expect(await stepsAndCost(run)).toEqual([pointsBody(...edited.toSorted((a, b) => a - b)), MISS]);
  });

  it('REST-CACHE-012 a file replaced by a rename is a miss: a longer one that begins alike', async () => {
    const run = await heldRun();
    await writeFile(`${run.events}.new`, points(1, 2, 3));
    await rename(`${run.events}.new`, run.events);
    expect(await stepsAndCost(run)).toEqual([pointsBody(1, 2, 3), MISS]);
  });

  it('REST-CACHE-013 a file replaced by a rename is a miss: one of the same size and mtime', async () => {
    const run = await gateway.serve({ events: points(1, 2) });
    await utimes(run.events, 1_700_000_000, 1_700_000_000);
    await run.steps();
    await writeFile(`${run.events}.new`, points(3, 4));
    await utimes(`${run.events}.new`, 1_700_000_000, 1_700_000_000);
    await rename(`${run.events}.new`, run.events);
    expect(await stepsAndCost(run)).toEqual([pointsBody(3, 4), MISS]);
  });

  it('REST-CACHE-014 a file that went has no rows and counts nothing; one that comes again is a miss', async () => {
    const run = await heldRun();
    await rm(run.events);
    expect(await stepsAndCost(run)).toEqual([NO_ROWS, NOTHING]);
    await writeFile(run.events, points(1, 2));
    expect(await stepsAndCost(run)).toEqual([pointsBody(1, 2), MISS]);
  });
});
