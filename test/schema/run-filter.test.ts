import { beforeAll, describe, expect, it } from 'vitest';
import type { RunFilter } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { START } from '../support/storage.ts';
import { useGraph } from './graph.ts';

const FILTERED_RUNS = graphql(`
  query FilteredRuns($filter: RunFilter, $first: Int, $after: String) {
    runs(filter: $filter, first: $first, after: $after) {
      totalCount
      nodes {
        runId
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const graph = useGraph();

beforeAll(async () => {
  const { storage } = graph;
  const add = (id: string, path: string | null, meta: object, status = 'finished') =>
    storage.addRun(id, { ...(path === null ? {} : { path }), meta, status: { status } });
  await add('r6', null, { created_at: START + 6, alias: 'Baseline' });
  await add('r5', 'vision', { created_at: START + 5, tags: ['big', 'ImageNet'] }, 'failed');
  await add('r4', 'vision/resnet', { created_at: START + 4, alias: 'best run', tags: ['big', 'sweep', 'big'] });
  await add('r3', 'vision2', { created_at: START + 3.0625, tags: ['sweep'] }, 'exploded');
  await add('r2', 'nlp/vision', { created_at: START + 2 }, 'interrupted');
  await add('20240101_r1', 'nlp/Cafe\u0301', { created_at: START + 1 }, 'running');
});

const at = (seconds: number) => new Date((START + seconds) * 1000).toISOString();

describe('a filter of runs', () => {
  it.each<[string, RunFilter, string[]]>([
    ['without conditions means all', {}, ['r6', 'r5', 'r4', 'r3', 'r2', '20240101_r1']],
    ['of nulls means all', { text: null, tags: null, status: null }, ['r6', 'r5', 'r4', 'r3', 'r2', '20240101_r1']],
    ['looks for text in ids', { text: '0101_' }, ['20240101_r1']],
    ['looks for text in paths', { text: 'vision' }, ['r5', 'r4', 'r3', 'r2']],
    ['looks for text in aliases, in any case', { text: 'BASEl' }, ['r6']],
    ['looks for text in tags, in any case', { text: 'imagenet' }, ['r5']],
    ['looks for each word somewhere', { text: '  res  best ' }, ['r4']],
    ['looks for no word across two values', { text: 'r5vision' }, []],
    ['finds letters however they are composed', { text: 'CAF\u00c9' }, ['20240101_r1']],
    ['takes a text without words for none', { text: ' \t' }, ['r6', 'r5', 'r4', 'r3', 'r2', '20240101_r1']],
    ['takes whole segments of a path', { pathPrefix: 'vision' }, ['r5', 'r4']],
    ['takes several segments of a path', { pathPrefix: '/vision/resnet/' }, ['r4']],
    ['takes a path to the letter', { pathPrefix: 'Vision' }, []],
    ['takes an empty path for none', { pathPrefix: '/' }, ['r6', 'r5', 'r4', 'r3', 'r2', '20240101_r1']],
    ['takes any of the statuses', { status: ['RUNNING', 'FAILED'] }, ['r5', '20240101_r1']],
    ['knows runs of no known status', { status: ['UNKNOWN'] }, ['r3']],
    ['takes no status for any', { status: [] }, ['r6', 'r5', 'r4', 'r3', 'r2', '20240101_r1']],
    ['takes runs with all of the tags', { tags: ['sweep', 'big', 'sweep'] }, ['r4']],
    ['takes tags to the letter', { tags: ['imagenet'] }, []],
    ['begins with the moment', { createdAfter: at(5) }, ['r6', 'r5']],
    ['ends before the moment', { createdBefore: at(2) }, ['20240101_r1']],
    ['knows moments to the millisecond that runs tell', { createdAfter: at(3.062), createdBefore: at(4) }, ['r3']],
    ['does not know a later millisecond', { createdAfter: at(3.063), createdBefore: at(4) }, []],
    ['means what meets all conditions', { text: 'vision', tags: ['sweep'], pathPrefix: 'vision' }, ['r4']],
  ])('%s: %j', async (_, filter, ids) => {
    const { runs } = await graph.ask(FILTERED_RUNS, { filter });
    expect(runs.nodes.map(({ runId }) => runId)).toEqual(ids);
    expect(runs.totalCount).toBe(ids.length);
  });

  it('counts all that it means, and pages through them', async () => {
    const filter: RunFilter = { status: ['FINISHED', 'FAILED', 'INTERRUPTED'] };
    const first = await graph.ask(FILTERED_RUNS, { filter, first: 3 });
    expect(first.runs).toMatchObject({
      totalCount: 4,
      nodes: [{ runId: 'r6' }, { runId: 'r5' }, { runId: 'r4' }],
      pageInfo: { hasNextPage: true },
    });
    const after = first.runs.pageInfo.endCursor;
    expect((await graph.ask(FILTERED_RUNS, { filter, first: 3, after })).runs).toMatchObject({
      totalCount: 4,
      nodes: [{ runId: 'r2' }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('refuses a text that is too long', async () => {
    const { errors } = await graph.execute(FILTERED_RUNS, { filter: { text: 'x'.repeat(201) } });
    const message = 'filter.text: has 201 characters, and may have 200';
    expect(errors).toMatchObject([{ message, path: ['runs'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
