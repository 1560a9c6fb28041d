import { beforeAll, expect, it } from 'vitest';
import { graphql } from '../generated/index.ts';
import { longLog, longLogLine, longRun } from '../support/long-files.ts';
import { manyRuns, type SmallRun } from '../support/many-runs.ts';
import { useGraph } from './graph.ts';

const graph = useGraph();

const COUNT = 150;
let many: readonly SmallRun[];
beforeAll(async () => {
  many = await manyRuns(graph.storage, COUNT);
});

it('many runs are listed with all that was said of each, the youngest first', async () => {
  const document = graphql(`
    query ManyRuns($filter: RunFilter, $first: Int) {
      runs(filter: $filter, first: $first) {
        totalCount
        nodes {
          runId
          path
          alias
          tags
          status
        }
      }
    }
  `);
  const { runs } = await graph.ask(document, { first: COUNT, filter: { tags: ['many'] } });
  expect(runs.totalCount).toBe(COUNT);
  expect(runs.nodes).toEqual(
    many.toReversed().map(({ id, path, alias, tags, status }) => ({
      runId: id,
      path,
      alias,
      tags,
      status: status.toUpperCase(),
    })),
  );
  expect(new Set(many.map(({ status }) => status)).size).toBe(4);
  const failed = await graph.ask(document, { first: 1, filter: { tags: ['even'], status: ['FAILED'] } });
  const expected = many.filter(({ tags, status }) => tags.includes('even') && status === 'failed');
  expect(failed.runs.totalCount).toBe(expected.length);
});

it('many runs have metrics and hyperparameters, of which 96 come round', async () => {
  const document = graphql(`
    query ResultsOfManyRuns {
      runs(first: 97, filter: { tags: ["many"] }) {
        nodes {
          config
          bestMetric {
            value
          }
          metricsStep(columns: ["val/accuracy"]) {
            series {
              values
            }
          }
        }
      }
    }
  `);
  const { nodes } = (await graph.ask(document, {})).runs;
  const best = nodes.map(({ bestMetric }) => bestMetric?.value);
  expect(new Set(best).size).toBe(96);
  expect(best[96]).toBe(best[0]);
  for (const { metricsStep, bestMetric, config } of nodes) {
    const values = metricsStep?.series[0]?.values ?? [];
    expect(values).toHaveLength(24);
    expect(values.at(-1)).toBe(bestMetric?.value);
    expect(config).toMatchObject({ optimizer: expect.any(String), batch_size: 128 });
  }
});

it('a long run has a value of each curve at each step, also NaN', async () => {
  const curves = {
    spiked: (step: number) => (step === 7777 ? 100 : 1 / step),
    odd: (step: number) => step % 2 || Number.NaN,
  };
  await longRun(graph.storage, 'long-run', 20_000, curves);
  const document = graphql(`
    query LongRun($runId: ID!) {
      run(runId: $runId) {
        metricsStep(range: { from: 7776, to: 7778 }) {
          x
          series {
            name
            values
          }
          lastStep
        }
      }
    }
  `);
  const { run } = await graph.ask(document, { runId: 'long-run' });
  expect(run?.metricsStep).toEqual({
    x: [7776, 7777, 7778],
    series: [
      { name: 'spiked', values: [1 / 7776, 100, 1 / 7778] },
      { name: 'odd', values: [null, 1, null] },
      { name: 'time', values: expect.anything() },
    ],
    lastStep: 20_000,
  });
});

it('a long log has lines that tell their numbers, with colours, and with progress bars', async () => {
  await longLog(graph.storage, 'long-log', 20_000);
  const document = graphql(`
    query LongLog($runId: ID!, $fromLine: SafeInt, $render: LogRender) {
      run(runId: $runId) {
        logs(first: 2, fromLine: $fromLine, render: $render) {
          nodes {
            number
            text
          }
        }
      }
    }
  `);
  const linesAt = async (fromLine: number, render?: { carriageReturns: 'COLLAPSE'; ansi: 'STRIP' }) =>
    (await graph.ask(document, { runId: 'long-log', fromLine, render })).run?.logs?.nodes;
  expect(await linesAt(16_999)).toEqual([16_999, 17_000].map((number) => ({ number, text: longLogLine(number) })));
  const seen = { carriageReturns: 'COLLAPSE', ansi: 'STRIP' } as const;
  expect(await linesAt(19_999, seen)).toEqual([
    { number: 19_999, text: expect.stringMatching(/^line 19999 step 199990 loss \d\.\d{4}$/) },
    { number: 20_000, text: `line 20000 100%|${'█'.repeat(20)}|` },
  ]);
});
