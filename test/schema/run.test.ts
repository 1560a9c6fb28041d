import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graphql } from '../generated/index.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START } from '../support/storage.ts';
import { execute } from './execute.ts';
import { useGraph } from './graph.ts';

const graph = useGraph();

const RUN = graphql(`
  query Run($runId: ID!) {
    run(runId: $runId) {
      id
      runId
      path
      alias
      tags
      status
      createdAt
      endedAt
      hostname
      bestMetric {
        name
        value
        step
      }
      summary
      config
    }
  }
`);

async function serve(...content: Parameters<typeof graph.serve>) {
  const { id } = await graph.serve(...content);
  const { run } = await graph.ask(RUN, { runId: id });
  return run;
}

describe('Run', () => {
  it('tells what the files beside the events say', async () => {
    const run = await serve({
      path: 'vision/cifar10/resnet',
      meta: {
        alias: 'the good one',
        tags: ['baseline', '基线'],
        created_at: 1_704_067_200.25,
        hostname: 'elsewhere',
      },
      status: { status: 'interrupted', started_at: START, ended_at: START + 3600 },
      files: {
        'summary.json': { best_metric_name: 'val/acc', best_metric_value: 0.97, best_metric_step: 3_000_000_000 },
        'assets.json': { config: { lr: 0.1, optimizer: { name: 'sgd' } } },
      },
    });
    expect(run).toMatchObject({
      path: 'vision/cifar10/resnet',
      alias: 'the good one',
      tags: ['baseline', '基线'],
      status: 'INTERRUPTED',
      createdAt: '2024-01-01T00:00:00.250Z',
      endedAt: '2024-01-01T01:00:00.000Z',
      hostname: 'elsewhere',
      bestMetric: { name: 'val/acc', value: 0.97, step: 3_000_000_000 },
      summary: { best_metric_name: 'val/acc', best_metric_value: 0.97, best_metric_step: 3_000_000_000 },
      config: { lr: 0.1, optimizer: { name: 'sgd' } },
    });
  });

  it('is served where none of those files says anything', async () => {
    const run = await serve({ meta: '{"torn": ', status: '', files: { 'summary.json': '[]', 'assets.json': 'null' } });
    expect(run).toMatchObject({
      path: null,
      alias: null,
      tags: [],
      status: 'UNKNOWN',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      endedAt: null,
      hostname: null,
      bestMetric: null,
      summary: null,
      config: null,
    });
  });

  it('lies at project/name in the legacy layout', async () => {
    expect(await serve({ layout: 'legacy', path: 'vision/resnet' })).toMatchObject({ path: 'vision/resnet' });
  });

  it.each([
    ['running', 'RUNNING'],
    ['finished', 'FINISHED'],
    ['failed', 'FAILED'],
    ['interrupted', 'INTERRUPTED'],
    ['exploded', 'UNKNOWN'],
  ])('is, where it says %s, %s', async (status, expected) => {
    expect(await serve({ meta: { hostname: 'elsewhere' }, status: { status } })).toMatchObject({ status: expected });
  });

  it('is UNKNOWN without a status file, which REST calls finished', async () => {
    const run = await graph.serve({ status: null });
    expect(await graph.ask(RUN, { runId: run.id })).toMatchObject({ run: { status: 'UNKNOWN' } });
    expect((await run.get('')).status).toBe(404);
    expect((await graph.gateway.request(`/api/runs/${run.id}`)).json()).toMatchObject({ status: 'finished' });
  });

  it('has failed where it says running and its process on this host is gone', async () => {
    // Above what the kernel gives to any process.
    const meta = { hostname: hostname(), pid: 2 ** 22 + 1 };
    expect(await serve({ meta, status: { status: 'running', started_at: START } })).toMatchObject({ status: 'FAILED' });
  });

  it('gives null for numbers in summary and config that JSON cannot say', async () => {
    const run = await serve({
      files: {
        'summary.json': '{"best_metric_name": "loss", "best_metric_value": NaN, "worst": [-Infinity, "NaN", 1e308]}',
        'assets.json': '{"config": {"clip": Infinity}}',
      },
    });
    expect(run?.bestMetric).toEqual({ name: 'loss', value: null, step: null });
    expect(run?.summary).toEqual({
      best_metric_name: 'loss',
      best_metric_value: null,
      worst: [null, 'NaN', 1e308],
    });
    expect(run?.config).toEqual({ clip: null });
  });

  it('gives summary keys as they are, whatever their names', async () => {
    const summary = '{"__proto__": {"polluted": true}, "10": 1, "2": 2, "损失": 3, "": 4}';
    const run = await serve({ files: { 'summary.json': summary } });
    expect(JSON.stringify(run?.summary)).toBe(JSON.stringify(JSON.parse(summary)));
  });
});

describe('the id of a run', () => {
  const NODE = graphql(`
    query Node($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Run {
          runId
          alias
        }
      }
    }
  `);

  const globalId = (text: string) => Buffer.from(text).toString('base64');

  it.each(['20240101_120000_a1b2c3', 'name:with:colons', '实验 7', '__proto__'])(
    'finds it again as a node: %s',
    async (runId) => {
      await graph.storage.addRun(runId);
      const { run } = await graph.ask(RUN, { runId });
      expect(run).toMatchObject({ runId });
      const id = run?.id ?? '';
      expect(await graph.ask(NODE, { id })).toEqual({ node: { __typename: 'Run', id, runId, alias: null } });
    },
  );

  it('finds the run as it is now', async () => {
    const { id: runId, directory } = await graph.serve();
    const { run } = await graph.ask(RUN, { runId });
    const id = run?.id ?? '';
    await writeFile(join(directory, 'meta.json'), '{"alias": "renamed"}');
    expect(await graph.ask(NODE, { id })).toMatchObject({ node: { alias: 'renamed' } });
    await writeFile(join(directory, '.deleted'), '');
    expect(await graph.ask(NODE, { id })).toEqual({ node: null });
  });

  it('finds nothing where there is no such run', async () => {
    expect(await graph.ask(NODE, { id: globalId('Run:missing') })).toEqual({ node: null });
    expect(await graph.ask(NODE, { id: globalId('Run:../runs') })).toEqual({ node: null });
  });

  it.each([
    ['not base64', 'run-1'],
    ['nothing', ''],
    ['no type', globalId('run-1')],
    ['no id', globalId('Run:')],
    ['an unknown type', globalId('Ship:1')],
    ['a type that is no node', globalId('MetricFrame:1')],
    ['a type that is no object', globalId('Axis:STEP')],
  ])('is refused where it names %s', async (_what, id) => {
    const { data, errors } = await graph.execute(NODE, { id });
    expect(data).toEqual({ node: null });
    expect(errors).toMatchObject([
      { message: `id: '${id}' is not the id of a node`, path: ['node'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(graph.gateway.warnings).toEqual([]);
  });
});

describe('events that cannot be read', () => {
  const RUNS = graphql(`
    query RunsWithMetrics {
      runs {
        nodes {
          runId
          metrics {
            rowCount
          }
          metricsStep {
            rowCount
          }
          ingest {
            events
          }
        }
      }
    }
  `);

  it('fail the fields that need them, and spoil neither the others nor other runs', async () => {
    await using storage = await makeStorage();
    const event = metricsEvent(1, { loss: 1 });
    await storage.addRun('sound', { meta: { created_at: START }, events: [event] });
    const broken = await storage.addRun('broken', { meta: { created_at: START + 1 } });
    await mkdir(join(broken, 'events.jsonl'));
    await using gateway = await startTestGateway(storage);

    const { data, errors } = await execute(gateway.url, RUNS, {});
    expect(data?.runs.nodes).toEqual([
      { runId: 'broken', metrics: null, metricsStep: null, ingest: null },
      { runId: 'sound', metrics: { rowCount: 1 }, metricsStep: { rowCount: 1 }, ingest: { events: 1 } },
    ]);
    const fields = ['ingest', 'metrics', 'metricsStep'];
    expect(errors.toSorted((a, b) => String(a.path).localeCompare(String(b.path)))).toMatchObject(
      fields.map((field) => ({
        message: expect.stringMatching(/^events\.jsonl cannot be read: /),
        path: ['runs', 'nodes', 0, field],
        extensions: { code: 'DATA_UNREADABLE' },
      })),
    );
    expect(JSON.stringify(errors)).not.toContain(storage.root);
  });
});
