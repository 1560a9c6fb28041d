import { appendFile, mkdir, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { costOf, NOTHING } from '../conformance/cache-counts.ts';
import { logged } from '../conformance/fixture.ts';
import type { CompareQueryVariables } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, type RunContent } from '../support/storage.ts';
import { ask } from './execute.ts';
import { useFrames } from './frames.ts';
import { useGraph } from './graph.ts';

const graph = useGraph();
const frames = useFrames(graph);

const COMPARE = graphql(`
  query Compare($runIds: [ID!]!, $columns: [String!]!, $axis: Axis! = STEP, $range: Range, $downsample: Downsample, $derived: [Derivation!]) {
    compareRuns(runIds: $runIds, columns: $columns, axis: $axis, range: $range, downsample: $downsample, derived: $derived) {
      runId
      result {
        __typename
        ...Frame
        ... on Error {
          message
        }
        ... on RunNotFound {
          runId
        }
        ... on DataUnreadable {
          runId
        }
        ... on RunTooLarge {
          runId
        }
      }
    }
  }
`);

async function compare(variables: CompareQueryVariables) {
  return (await graph.ask(COMPARE, variables)).compareRuns;
}

async function refusal(variables: CompareQueryVariables) {
  const { data, errors } = await graph.execute(COMPARE, variables);
  expect(data).toBeNull();
  return errors.map(({ message, extensions }) => `${String(extensions?.code)} ${message}`);
}

/** A run of the steps 1 to `steps`, one a second. */
async function serveSteps(steps: number, cellsOf: (step: number) => object): Promise<string> {
  const events = Array.from({ length: steps }, (_, i) => metricsEvent(i + 1, cellsOf(i + 1)));
  return (await graph.serve({ events })).id;
}

async function serveUnreadable(): Promise<string> {
  const { id, events } = await graph.serve();
  await mkdir(events);
  return id;
}

const frame = <Frame extends object>(of: Frame) => ({ __typename: 'MetricFrame', ...of });

describe('compareRuns', () => {
  it.each([
    ['step', 'STEP', frames.byStep],
    ['time', 'TIME', frames.byTime],
  ] as const)('answers with the frames that the runs have by %s, in the order asked', async (_what, axis, frameOf) => {
    const runIds = [
      await serveSteps(500, (step) => ({ loss: Math.sin(step), stage: step > 400 ? 'late' : 'early' })),
      await serveSteps(130, (step) => ({ loss: step % 7 === 0 ? Number.NaN : 1 / step })),
      (await graph.serve()).id,
    ].toReversed();
    const selections: Omit<CompareQueryVariables, 'runIds' | 'axis'>[] = [
      { columns: ['stage', 'loss', 'nowhere'] },
      { columns: ['loss'], range: { from: 20, to: 300 }, downsample: { points: 100 } },
      { columns: ['loss', 'stage'], downsample: { points: 110, mode: 'PER_SERIES' } },
      { columns: ['loss'], derived: [{ ema: { column: 'loss', weight: 0.6 } }] },
      { columns: [] },
    ];
    for (const selection of selections) {
      const comparisons = await compare({ runIds, axis, ...selection });
      const expected = [];
      for (const runId of runIds) {
        const result = frame(await frameOf(runId, selection));
        expected.push({ runId, result });
      }
      expect(comparisons).toEqual(expected);
    }
  });

  it('is spoilt neither by a run that is missing or deleted nor by one that cannot be read', async () => {
    const good = await serveSteps(1, () => ({ loss: 1 }));
    const deleted = (await graph.serve({ events: logged('{"step": 1}'), files: { '.deleted': '' } })).id;
    const unreadable = await serveUnreadable();
    expect(await compare({ runIds: ['nope', good, deleted, unreadable, good], columns: ['loss'] })).toMatchObject([
      { runId: 'nope', result: { __typename: 'RunNotFound', message: "there is no run 'nope'", runId: 'nope' } },
      { runId: good, result: { __typename: 'MetricFrame', x: [1] } },
      { runId: deleted, result: { __typename: 'RunNotFound', runId: deleted } },
      {
        runId: unreadable,
        result: {
          __typename: 'DataUnreadable',
          message: expect.stringMatching(/^events.jsonl cannot be read: /),
          runId: unreadable,
        },
      },
      { runId: good, result: { __typename: 'MetricFrame', x: [1] } },
    ]);
  });

  it('is not spoilt by a run that is too large', async () => {
    await using storage = await makeStorage();
    const row = (step: number) => logged(`{"step": ${step}, "loss": ${step}}`);
    await storage.addRun('small', { events: row(1) });
    await storage.addRun('large', { events: Array.from({ length: 50_000 }, (_, i) => row(i)).join('') });
    await using gateway = await startTestGateway(storage, { cacheBytes: 2 ** 20 });
    const { compareRuns } = await ask(gateway.url, COMPARE, { runIds: ['large', 'small'], columns: ['loss'] });
    expect(compareRuns).toMatchObject([
      { result: { __typename: 'RunTooLarge', message: expect.stringContaining('--cache-size'), runId: 'large' } },
      { result: { __typename: 'MetricFrame', x: [1] } },
    ]);
  });

  it('compares more runs than the cache may hold', async () => {
    await using storage = await makeStorage();
    const content = (run: number): RunContent => ({
      events: Array.from({ length: 2000 }, (_, step) => logged(`{"step": ${step}, "loss": ${run * step}}`)).join(''),
    });
    const runIds = Array.from({ length: 30 }, (_, run) => `run-${run}`);
    for (const [run, id] of runIds.entries()) await storage.addRun(id, content(run));
    await using gateway = await startTestGateway(storage, { cacheBytes: 2 ** 18 });
    const { compareRuns } = await ask(gateway.url, COMPARE, { runIds, columns: ['loss'], range: { from: 1998 } });
    expect(compareRuns).toMatchObject(
      runIds.map((runId, run) => ({
        runId,
        result: { x: [1998, 1999], series: [{ values: [run * 1998, run * 1999] }] },
      })),
    );
  });

  it('sees what was written before the request', async () => {
    const { id, events } = await graph.serve({ events: logged('{"step": 1, "loss": 1}') });
    await compare({ runIds: [id], columns: ['loss'] });
    await appendFile(events, logged('{"step": 2, "loss": 2}'));
    expect(await compare({ runIds: [id], columns: ['loss'] })).toMatchObject([{ result: { x: [1, 2] } }]);
    await rm(events);
    expect(await compare({ runIds: [id], columns: ['loss'] })).toMatchObject([
      { result: { x: [], missingColumns: ['loss'] } },
    ]);
  });

  it('answers to no runs with none', async () => {
    expect(await compare({ runIds: [], columns: ['loss'] })).toEqual([]);
  });

  it('counts as one answer a run', async () => {
    const runIds = [await serveSteps(1, () => ({ loss: 1 })), await serveSteps(1, () => ({ loss: 2 }))];
    const work = () => compare({ runIds: [...runIds, 'nope'], columns: ['loss'] });
    expect(await costOf(graph.gateway, work)).toEqual({ ...NOTHING, misses: 2 });
    expect(await costOf(graph.gateway, work)).toEqual({ ...NOTHING, hits: 2 });
  });

  it('takes 100 runs and 100 columns, and refuses more', async () => {
    const run = await serveSteps(1, () => ({ loss: 1 }));
    const list = (length: number, item: string) => Array.from({ length }, () => item);
    const most = await compare({ runIds: list(100, run), columns: list(100, 'loss'), downsample: { points: 100 } });
    expect(most.map(({ runId }) => runId)).toEqual(list(100, run));
    expect(await refusal({ runIds: list(101, run), columns: ['loss'] })).toEqual([
      'BAD_USER_INPUT runIds: 101 are more than 100',
    ]);
    expect(await refusal({ runIds: [run], columns: list(101, 'loss'), downsample: { points: 1 } })).toEqual([
      'BAD_USER_INPUT columns: 101 are more than 100; downsample.points: 1 is less than 100',
    ]);
  });

  it('lists of very many curves fewer points that are not finite, and counts all', async () => {
    const run = await serveSteps(60, () => ({ loss: Number.NaN }));
    const curves = async (runs: number) => {
      const runIds = Array.from({ length: runs }, () => run);
      const columns = ['loss', ...Array.from({ length: 39 }, (_, i) => `c${i}`)];
      const [{ result }] = await compare({ runIds, columns });
      return 'series' in result ? result.series : [];
    };
    const listed = (count: number) => Array.from({ length: count }, (_, i) => ({ x: i + 1, value: 'NAN' }));
    expect(await curves(1)).toMatchObject([{ nonFiniteCount: 60, nonFinite: listed(60) }]);
    expect(await curves(50)).toMatchObject([{ nonFiniteCount: 60, nonFinite: listed(50) }]);
  });

  it('refuses what would hold more than 25 million cells, and names what asked for them', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `c${i}`);
    const cells = names.map((name) => `"${name}": 0`).join(', ');
    const { id } = await graph.serve({
      events: Array.from({ length: 3000 }, (_, step) => logged(`{"step": ${step}, ${cells}}`)).join(''),
    });
    const runIds = Array.from({ length: 83 }, () => id);
    // A run has 3000 rows of an x and 100 values: 82 runs fit.
    expect(await refusal({ runIds, columns: names, downsample: { points: 3000 } })).toEqual([
      'BAD_USER_INPUT compareRuns: an answer may hold 25000000 cells, and of the 83 runs asked for 83 alone have ' +
        '25149000: give downsample fewer points, or ask for a smaller range, fewer columns or fewer runs',
    ]);
    for (const less of [{ range: { to: 10 } }, { downsample: { points: 100 } }, { columns: ['c0'] }]) {
      expect(await compare({ runIds, columns: names, downsample: { points: 3000 }, ...less })).toHaveLength(83);
    }
    const perSeries = { points: 1510, mode: 'PER_SERIES' } as const;
    expect(await refusal({ runIds, columns: names, downsample: perSeries })).toEqual([
      expect.stringContaining('83 alone have 25066000'),
    ]);
  });
});
