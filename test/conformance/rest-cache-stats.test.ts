import { appendFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage } from '../support/storage.ts';
import { costOf, HIT, MISS, NOTHING, points, statsOf, UPDATE } from './cache-counts.ts';
import { type ServedRun, useGateway } from './fixture.ts';

const gateway = useGateway();

const countsOf = (work: () => Promise<unknown>) => costOf(gateway.gateway, work);

/** A run that the cache holds. */
async function heldRun(): Promise<ServedRun> {
  const run = await gateway.serve({ events: points(1, 2) });
  await run.steps();
  return run;
}

describe('what counts', () => {
  const MANY = 20;
  const atOnce = (run: ServedRun) => () =>
    Promise.all(Array.from({ length: MANY }, (_, i) => run.get(i % 2 === 0 ? 'metrics' : 'metrics_step')));

  it('REST-CACHE-015 of many requests at once for a run that is not held one is a miss, the others hits', async () => {
    const run = await gateway.serve({ events: points(...Array.from({ length: 5000 }, (_, i) => i)) });
    expect(await countsOf(atOnce(run))).toEqual({ hits: MANY - 1, misses: 1, incremental_updates: 0 });
  });

  it('REST-CACHE-016 of many requests at once after growth one is an incremental update, the others hits', async () => {
    const run = await heldRun();
    await appendFile(run.events, points(3));
    expect(await countsOf(atOnce(run))).toEqual({ hits: MANY - 1, misses: 0, incremental_updates: 1 });
  });

  it('REST-CACHE-026 while the file grows, of the requests that wait for one read one is the update', async () => {
    const run = await heldRun();
    const { hits, misses, incremental_updates } = await countsOf(async () => {
      const answers = Array.from({ length: 8 }, atOnce(run));
      for (const step of [3, 4, 5, 6, 7]) {
        await appendFile(run.events, points(step));
        await gateway.gateway.request('/api/health');
      }
      await Promise.all(answers);
    });
    expect([hits + incremental_updates, misses]).toEqual([8 * MANY, 0]);
    expect(incremental_updates).toBeLessThanOrEqual(5);
  });

  it('REST-CACHE-017 HEAD counts as GET does', async () => {
    const run = await gateway.serve({ events: points(1) });
    expect(await countsOf(() => run.get('metrics', 'HEAD'))).toEqual(MISS);
    expect(await countsOf(() => run.get('metrics_step', 'HEAD'))).toEqual(HIT);
    await appendFile(run.events, points(2));
    expect(await countsOf(() => run.get('metrics', 'HEAD'))).toEqual(UPDATE);
  });

  it('REST-CACHE-018 404 counts nothing, also for a run that is held but was deleted', async () => {
    const run = await heldRun();
    await writeFile(`${run.directory}/.deleted`, '');
    const work = async () => {
      expect((await run.get('metrics')).status).toBe(404);
      expect((await gateway.gateway.request('/api/runs/unknown/metrics_step')).status).toBe(404);
    };
    expect(await countsOf(work)).toEqual(NOTHING);
  });

  it('REST-CACHE-019 422 and 405 count nothing', async () => {
    const run = await heldRun();
    await appendFile(run.events, points(3));
    const work = async () => {
      expect((await run.get('metrics?downsample=99')).status).toBe(422);
      expect((await run.get('metrics_step', 'POST')).status).toBe(405);
    };
    expect(await countsOf(work)).toEqual(NOTHING);
  });

  it('REST-CACHE-020 a run without an events file counts nothing', async () => {
    const run = await gateway.serve();
    expect(await countsOf(() => Promise.all([run.steps(), run.times(), run.get('metrics', 'HEAD')]))).toEqual(NOTHING);
  });

  it('REST-CACHE-021 health, the statistics, the list of runs and a run itself count nothing', async () => {
    const run = await heldRun();
    const paths = ['health', 'metrics/cache/stats', 'runs', `runs/${run.id}`, `runs/${run.id}/progress`];
    expect(await countsOf(() => Promise.all(paths.map((path) => gateway.gateway.request(`/api/${path}`))))).toEqual(
      NOTHING,
    );
  });
});

describe('the statistics', () => {
  it('REST-CACHE-022 before the first request all counters and rates are 0', async () => {
    await using storage = await makeStorage();
    await using fresh = await startTestGateway(storage);
    const answer = await fresh.request('/api/metrics/cache/stats');
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(answer.json()).toEqual({ size: 0, max_size: 100, ...NOTHING, hit_rate: 0, incremental_rate: 0 });
  });

  it('REST-CACHE-023 the rates are shares of all three counters together, not rounded', async () => {
    await using storage = await makeStorage();
    const directory = await storage.addRun('a', { events: points(1) });
    await using fresh = await startTestGateway(storage);
    await fresh.request('/api/runs/a/metrics');
    await appendFile(`${directory}/events.jsonl`, points(2));
    for (let i = 0; i < 5; i++) await fresh.request('/api/runs/a/metrics_step');
    await appendFile(`${directory}/events.jsonl`, points(3));
    await fresh.request('/api/runs/a/metrics');
    const { hits, misses, incremental_updates, hit_rate, incremental_rate } = await statsOf(fresh);
    expect([hits, misses, incremental_updates]).toEqual([4, 1, 2]);
    expect([hit_rate, incremental_rate]).toEqual([4 / 7, 2 / 7]);
  });

  it('REST-CACHE-024 size is the number of runs held, however often and in whatever view they were asked for', async () => {
    const before = await statsOf(gateway.gateway);
    const run = await heldRun();
    await run.times();
    await heldRun();
    expect((await statsOf(gateway.gateway)).size).toBe(before.size + 2);
  });

  it('REST-CACHE-025 at most 100 runs are held; the one that was asked for longest ago goes first', async () => {
    await using storage = await makeStorage();
    const ids = Array.from({ length: 101 }, (_, i) => `run-${i}`);
    for (const id of ids) await storage.addRun(id, { events: points(1) });
    await using fresh = await startTestGateway(storage);
    const ask = async (...asked: string[]) => {
      for (const id of asked) await fresh.request(`/api/runs/${id}/metrics`);
      const { size, hits, misses } = await statsOf(fresh);
      return { size, hits, misses };
    };
    expect(await ask(...ids.slice(0, 100))).toEqual({ size: 100, hits: 0, misses: 100 });
    expect(await ask('run-0', 'run-100')).toEqual({ size: 100, hits: 1, misses: 101 });
    expect(await ask('run-0', 'run-2')).toEqual({ size: 100, hits: 3, misses: 101 });
    expect(await ask('run-1')).toEqual({ size: 100, hits: 3, misses: 102 });
  });
});
