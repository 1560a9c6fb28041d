import { beforeAll, describe, expect, it } from 'vitest';
import vectors from '../metrics/vectors/lttb-clickhouse.json' with { type: 'json' };
import { startTestGateway } from '../support/gateway.ts';
import { metricsEvent, START } from '../support/storage.ts';
import { type ServedRun, useGateway } from './fixture.ts';

const gateway = useGateway();

interface Metrics {
  readonly columns: string[];
  readonly rows: Record<string, unknown>[];
  readonly total: number;
  readonly sampled: number;
}

const ROWS = 1000;
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A run of 1000 rows. */
let run: ServedRun;

beforeAll(async () => {
  const note = (step: number) => (step === 507 ? { note: 'halfway' } : {});
  run = await gateway.serve({
    events: range(ROWS).map((i) =>
      metricsEvent(i + 1, { loss: Math.sin(i / 7), ...note(i + 1) }, START + i + Math.sin(i) / 3),
    ),
  });
});

const statusOf = async (query: string, view = 'metrics_step') => (await run.get(`${view}?${query}`)).status;

async function metricsOf(from: ServedRun, pathBelow: string): Promise<Metrics> {
  return JSON.parse((await from.get(pathBelow)).body);
}

/** The statuses of both views for each value, as it stands in the URL. */
async function statusesOf(...values: string[]): Promise<number[]> {
  const asked = values.flatMap((value) =>
    ['metrics', 'metrics_step'].map((view) => statusOf(`downsample=${value}`, view)),
  );
  return [...new Set(await Promise.all(asked))];
}

describe('the parameter downsample', () => {
  it('REST-DOWNSAMPLE-001 downsample may be 100 to 50000', async () => {
    expect(await statusesOf('100', '101', '2000', '49999', '50000')).toEqual([200]);
  });

  it('REST-DOWNSAMPLE-002 less than 100 is refused with 422', async () => {
    expect(await statusesOf('99', '10', '1', '0', '00')).toEqual([422]);
  });

  it('REST-DOWNSAMPLE-003 more than 50000 is refused with 422', async () => {
    expect(await statusesOf('50001', '100000', '9'.repeat(400))).toEqual([422]);
  });

  it('REST-DOWNSAMPLE-004 what is no integer in decimal digits is refused with 422', async () => {
    const numbers = ['1.5', '200.0', '1e3', '0x100', '0b11111111', '1_000', '1,000', 'NaN', 'Infinity'];
    expect(await statusesOf(...numbers, 'abc', '200abc', 'null', 'true', '[200]', '%D9%A2%D9%A0%D9%A0')).toEqual([422]);
  });

  it('REST-DOWNSAMPLE-005 an empty value is refused with 422', async () => {
    expect(await statusesOf('')).toEqual([422]);
    expect(await statusOf('downsample')).toBe(422);
  });

  it('REST-DOWNSAMPLE-006 a sign is refused with 422', async () => {
    expect(await statusesOf('-200', '+200', '%2B200')).toEqual([422]);
  });

  it('REST-DOWNSAMPLE-007 blanks are refused with 422', async () => {
    expect(await statusesOf('%20200', '200%20', '+200+', '200%0A', '%09200')).toEqual([422]);
  });

  it('REST-DOWNSAMPLE-008 zeros in front are decimal digits', async () => {
    expect(await metricsOf(run, 'metrics?downsample=0100')).toMatchObject({ sampled: 100 });
  });

  it('REST-DOWNSAMPLE-009 the digits count after URL decoding', async () => {
    expect(await metricsOf(run, 'metrics_step?downsample=%31%30%30')).toMatchObject({ sampled: 100 });
  });

  it('REST-DOWNSAMPLE-010 it may be given twice with the same value', async () => {
    expect(await metricsOf(run, 'metrics?downsample=200&downsample=200')).toMatchObject({ sampled: 200 });
  });

  it('REST-DOWNSAMPLE-011 given twice with different values it is refused with 422', async () => {
    expect(await statusOf('downsample=200&downsample=300')).toBe(422);
    expect(await statusOf('downsample=200&downsample=', 'metrics')).toBe(422);
  });

  it('REST-DOWNSAMPLE-012 a refusal says in detail where and what is wrong', async () => {
    for (const value of ['99', '50001', 'abc', '', '200&downsample=300']) {
      const answer = await run.get(`metrics?downsample=${value}`);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(answer.json()).toEqual({
        detail: [{ loc: ['query', 'downsample'], msg: expect.stringMatching(/./), type: expect.stringMatching(/./) }],
      });
    }
  });

  it('REST-DOWNSAMPLE-023 it counts wherever it stands in the query, and other parameters do not', async () => {
    for (const query of [
      'a=1&downsample=200',
      'a=?&downsample=200',
      'downsample=200&a=b=c',
      'x&&downsample=200&',
      'a=%zz&downsample=200',
    ]) {
      expect(await metricsOf(run, `metrics?${query}`)).toMatchObject({ sampled: 200 });
    }
    expect(await metricsOf(run, 'metrics?Downsample=1&down=2&a=?downsample=3')).toMatchObject({ sampled: ROWS });
  });
});

describe('an answer with downsample', () => {
  it('REST-DOWNSAMPLE-013 exactly that many rows come back where there are more', async () => {
    for (const wanted of [100, 101, 500, 999]) {
      for (const view of ['metrics', 'metrics_step']) {
        const { rows, total, sampled } = await metricsOf(run, `${view}?downsample=${wanted}`);
        expect([rows.length, sampled, total]).toEqual([wanted, wanted, ROWS]);
      }
    }
  });

  it('REST-DOWNSAMPLE-014 all rows come back where there are no more than wanted', async () => {
    const all = await run.steps();
    for (const wanted of [1000, 1001, 50_000]) {
      expect((await run.get(`metrics_step?downsample=${wanted}`)).body).toBe(all);
    }
  });

  it('REST-DOWNSAMPLE-015 the first and the last row are kept', async () => {
    for (const view of ['metrics', 'metrics_step']) {
      const all = await metricsOf(run, view);
      const sample = await metricsOf(run, `${view}?downsample=100`);
      expect([sample.rows.at(0), sample.rows.at(-1)]).toEqual([all.rows.at(0), all.rows.at(-1)]);
    }
  });

  it('REST-DOWNSAMPLE-016 its rows are rows of the whole answer, in their order', async () => {
    for (const view of ['metrics', 'metrics_step']) {
      const all = (await metricsOf(run, view)).rows.map((cells) => JSON.stringify(cells));
      const sample = (await metricsOf(run, `${view}?downsample=150`)).rows.map((cells) =>
        all.indexOf(JSON.stringify(cells)),
      );
      expect(sample).not.toContain(-1);
      expect(sample).toEqual([...new Set(sample)].toSorted((a, b) => a - b));
    }
  });

  it('REST-DOWNSAMPLE-017 its columns are those of the whole answer, also one whose values are not in the sample', async () => {
    const { columns, rows } = await metricsOf(run, 'metrics_step?downsample=100');
    expect(columns).toEqual(['global_step', 'loss', 'time', 'note']);
    expect(rows.filter(({ note }) => note !== null)).toEqual([]);
  });

  it('REST-DOWNSAMPLE-018 the headers count its rows, the rows before, and the highest step in the run', async () => {
    const { headers } = await run.get('metrics?downsample=100');
    expect([headers['x-row-count'], headers['x-total-count'], headers['x-last-step']]).toEqual(['100', '1000', '1000']);
  });

  it('REST-DOWNSAMPLE-019 the same file and request give the same answer, also from another gateway', async () => {
    await using another = await startTestGateway(gateway.storage);
    for (const view of ['metrics', 'metrics_step']) {
      const { body } = await run.get(`${view}?downsample=123`);
      expect((await run.get(`${view}?downsample=123`)).body).toBe(body);
      expect((await another.request(`/api/runs/${run.id}/${view}?downsample=123`)).body).toBe(body);
    }
  });

  it('REST-DOWNSAMPLE-020 of one metric without gaps it keeps the rows that LTTB keeps', async () => {
    let compared = 0;
    for (const { x, y, choices } of vectors.series) {
      const choice = choices.find(({ wanted }) => wanted === 100);
      if (choice === undefined || !x.every(Number.isSafeInteger)) continue;
      const events = x.map((step, i) => ({ type: 'metrics', data: { global_step: step, y: y[i] } }));
      const { rows } = await metricsOf(await gateway.serve({ events }), 'metrics_step?downsample=100');
      expect(rows.map(({ global_step }) => global_step)).toEqual(choice.indices.map((i) => x[i]));
      compared++;
    }
    expect(compared).toBeGreaterThan(5);
  });

  it('REST-DOWNSAMPLE-021 a spike in any of several metrics survives', async () => {
    const spikes = range(8).map((metric) => 2100 * (metric + 1) + 17);
    const events = range(20_000).map((step) => ({
      type: 'metrics',
      data: { global_step: step, ...Object.fromEntries(spikes.map((at, m) => [`m${m}`, step === at ? 10 ** m : 0])) },
    }));
    const { rows } = await metricsOf(await gateway.serve({ events }), 'metrics_step?downsample=100');
    expect(rows.filter((cells) => spikes.some((_, m) => cells[`m${m}`] !== 0))).toHaveLength(8);
  });

  it('REST-DOWNSAMPLE-022 without a numeric column the rows are thinned evenly', async () => {
    const events = range(777).map((step) => ({
      type: 'metrics',
      data: { global_step: step, stage: `s${step}`, on: true },
    }));
    const { rows } = await metricsOf(await gateway.serve({ events }), 'metrics_step?downsample=100');
    const expected = range(100).map((i) => Math.floor((i * 776) / 99));
    expect(rows.map(({ global_step }) => global_step)).toEqual(expected);
  });
});
