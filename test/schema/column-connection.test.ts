import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { costOf, HIT, MISS } from '../conformance/cache-counts.ts';
import { logged } from '../conformance/fixture.ts';
import type { ColumnsQueryVariables } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { eventFile } from '../support/event-files.ts';
import { metricsEvent } from '../support/storage.ts';
import { useFrames } from './frames.ts';
import { useGraph } from './graph.ts';

const graph = useGraph();
const frames = useFrames(graph);

// A counterexample is made small before it is told, which takes longer.
vi.setConfig({ testTimeout: 60_000 });

const COLUMNS = graphql(`
  query Columns(
    $runId: ID!
    $axis: Axis! = STEP
    $prefix: String
    $first: Int
    $after: String
    $last: Int
    $before: String
  ) {
    run(runId: $runId) {
      columns(axis: $axis, prefix: $prefix, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        edges {
          cursor
          node {
            name
          }
        }
        nodes {
          name
          kind
          count
          min
          max
          last
          lastNonFinite
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  }
`);

type Arguments = Omit<ColumnsQueryVariables, 'runId'>;

async function pageOf(runId: string, args: Arguments = {}) {
  const { run } = await graph.ask(COLUMNS, { runId, ...args });
  if (run?.columns == null) throw new Error('the answer has no columns');
  const { edges, ...page } = run.columns;
  const names = edges.map(({ node }) => node.name);
  expect(page.nodes.map(({ name }) => name)).toEqual(names);
  const cursors = edges.map(({ cursor }) => cursor);
  expect([page.pageInfo.startCursor, page.pageInfo.endCursor]).toEqual([cursors.at(0) ?? null, cursors.at(-1) ?? null]);
  return { names, cursors, ...page };
}

async function errorsOf(runId: string, args: Arguments) {
  const { data, errors } = await graph.execute(COLUMNS, { runId, ...args });
  expect(data).toEqual({ run: { columns: null } });
  return errors.map(({ message, extensions }) => `${String(extensions?.code)} ${message}`);
}

/** A run of these events, a second apart, each the text of its data. */
async function serveData(...events: string[]) {
  return await graph.serve({ events: events.map((data, i) => logged(data, String(i))).join('') });
}

describe('a column', () => {
  const only = async (name: string, ...events: string[]) => {
    const { nodes } = await pageOf((await serveData(...events)).id, { prefix: name });
    expect(nodes).toHaveLength(1);
    return nodes[0];
  };

  it('is told with its kind, its number of values, its range and its last number', async () => {
    const { id } = await serveData('{"step": 1, "loss": 3}', '{"step": 2, "loss": -1.5}', '{"step": 4, "loss": 0.25}');
    const loss = { name: 'loss', kind: 'NUMBER', count: 3, min: -1.5, max: 3, last: 0.25, lastNonFinite: null };
    expect((await pageOf(id)).nodes).toEqual([loss]);
    expect((await pageOf(id, { axis: 'TIME' })).nodes).toEqual([loss]);
  });

  it('counts the events of one row once: the later line wins, and an explicit null wipes', async () => {
    const events = ['{"step": 1, "a": 5}', '{"step": 2, "a": 9}', '{"step": 2, "a": null}', '{"step": 1, "a": 7}'];
    expect(await only('a', ...events)).toMatchObject({ count: 1, min: 7, max: 7, last: 7 });
    const { id } = await serveData(...events);
    expect((await pageOf(id, { axis: 'TIME' })).nodes).toMatchObject([{ count: 3, min: 5, max: 9, last: 7 }]);
  });

  it('has for its last number that of the last row, not that of the last line', async () => {
    expect(await only('a', '{"step": 9, "a": 1}', '{"step": 3, "a": 2}')).toMatchObject({ last: 1 });
  });

  it('has NaN and infinities among its values and as its last number, but not in its range', async () => {
    const events = ['{"step": 1, "a": 1}', '{"step": 2, "a": Infinity}', '{"step": 3, "a": NaN}'];
    expect(await only('a', ...events)).toMatchObject({ count: 3, min: 1, max: 1, last: null, lastNonFinite: 'NAN' });
    expect(await only('b', '{"step": 1, "b": -Infinity}')).toMatchObject({
      kind: 'NUMBER',
      count: 1,
      min: null,
      max: null,
      last: null,
      lastNonFinite: 'NEGATIVE_INFINITY',
    });
  });

  it('of labels has a number of values, and no numbers', async () => {
    const nothing = { min: null, max: null, last: null, lastNonFinite: null };
    const stage = await only('stage', '{"step": 1, "stage": "warmup"}', '{"step": 2, "stage": true}');
    expect(stage).toMatchObject({ kind: 'LABEL', count: 2, ...nothing });
  });

  it('of numbers and labels counts both, and its last number is the last that there is', async () => {
    const events = ['{"step": 1, "v": 2}', '{"step": 2, "v": 1}', '{"step": 3, "v": "stopped"}'];
    expect(await only('v', ...events)).toMatchObject({ kind: 'MIXED', count: 3, min: 1, max: 2, last: 1 });
  });

  it('of nulls alone is a curve without points', async () => {
    expect(await only('a', '{"step": 1, "a": null}')).toMatchObject({
      kind: 'NUMBER',
      count: 0,
      min: null,
      last: null,
    });
  });

  it('may be epoch, and time on the step axis alone', async () => {
    const { id } = await graph.serve({ events: [metricsEvent(1, { epoch: 3 })] });
    expect((await pageOf(id)).names).toEqual(['epoch', 'time']);
    expect((await pageOf(id, { axis: 'TIME' })).nodes).toMatchObject([{ name: 'epoch', last: 3 }]);
  });

  it('is what a frame of all rows shows of it, whatever the file holds', async () => {
    await fc.assert(
      fc.asyncProperty(eventFile, async (events) => {
        const { id } = await graph.serve({ events });
        for (const [axis, frame] of [
          ['STEP', await frames.byStep(id)],
          ['TIME', await frames.byTime(id)],
        ] as const) {
          const { nodes } = await pageOf(id, { axis });
          expect(nodes).toEqual(nodes.map(({ name }) => expectedOf(frame, name)));
          const inFrame = [...frame.series, ...frame.labels].map(({ name }) => name);
          expect(new Set(nodes.map(({ name }) => name))).toEqual(new Set(inFrame));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is told of very many rows in many chunks, with and without gaps', async () => {
    const rows = 150_000;
    const events = Array.from({ length: rows }, (_, i) =>
      logged(`{"step": ${i}, "a": ${i}${i % 3 ? '' : `, "b": ${-i}`}}`),
    );
    const { id } = await graph.serve({ events: events.join('') });
    expect((await pageOf(id)).nodes).toMatchObject([
      { name: 'a', count: rows, min: 0, max: rows - 1, last: rows - 1 },
      { name: 'b', count: rows / 3, min: 3 - rows, max: 0, last: 3 - rows },
    ]);
  });
});

type Frame = Awaited<ReturnType<typeof frames.byStep>>;

function expectedOf({ series, labels }: Frame, name: string) {
  const curve = series.find((one) => one.name === name);
  const texts = labels.find((one) => one.name === name);
  const finite = (curve?.values ?? []).flatMap((value, i) => (value === null ? [] : [{ x: curve?.x[i] ?? 0, value }]));
  const special = curve?.nonFinite ?? [];
  const last = [...finite, ...special].reduce<(typeof special)[number] | (typeof finite)[number] | null>(
    (latest, point) => (latest === null || point.x > latest.x ? point : latest),
    null,
  );
  const values = finite.map(({ value }) => value);
  return {
    name,
    kind: texts === undefined ? 'NUMBER' : curve === undefined ? 'LABEL' : 'MIXED',
    count: finite.length + special.length + (texts?.values.filter((value) => value !== null).length ?? 0),
    min: values.length === 0 ? null : Math.min(...values),
    max: values.length === 0 ? null : Math.max(...values),
    last: typeof last?.value === 'number' ? last.value : null,
    lastNonFinite: typeof last?.value === 'string' ? last.value : null,
  };
}

/** An event with a column of each name. */
function showing(step: number, ...names: string[]): string {
  return logged(`{${names.map((name) => `${JSON.stringify(name)}: 1, `).join('')}"step": ${step}}`);
}

describe('columns', () => {
  it('are those of the axis, in the order in which the file first shows them', async () => {
    const { id } = await graph.serve({ events: `${showing(1, 'z', '10', 'a')}${showing(2, '2', 'a', '__proto__')}` });
    expect(await pageOf(id)).toMatchObject({ names: ['z', '10', 'a', '2', '__proto__'], totalCount: 5 });
  });

  it('are none where there are no events', async () => {
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    const { id } = await graph.serve();
    for (const args of [{}, { last: 3 }, { prefix: 'a' }]) {
      expect(await pageOf(id, args)).toMatchObject({ names: [], totalCount: 0, pageInfo });
    }
  });

  it('are chosen by how their names begin, where case matters', async () => {
    const { id } = await graph.serve({
      events: showing(1, 'train/loss', 'Train/x', 'val/loss', 'train/acc', '损失/a'),
    });
    const chosen = async (prefix: string | null) => await pageOf(id, { prefix });
    expect(await chosen('train/')).toMatchObject({ names: ['train/loss', 'train/acc'], totalCount: 2 });
    expect(await chosen('损')).toMatchObject({ names: ['损失/a'] });
    expect(await chosen('loss')).toMatchObject({ names: [], totalCount: 0 });
    for (const all of ['', null]) expect(await chosen(all)).toMatchObject({ totalCount: 5 });
  });

  it('come in pages of 100 unless asked otherwise, of 1000 at most', async () => {
    const names = Array.from({ length: 1010 }, (_, i) => `layer.${i}`);
    const { id } = await graph.serve({ events: showing(1, ...names) });
    expect(await pageOf(id)).toMatchObject({
      names: names.slice(0, 100),
      totalCount: 1010,
      pageInfo: { hasNextPage: true },
    });
    expect(await pageOf(id, { first: 1000 })).toMatchObject({ names: names.slice(0, 1000) });
    expect(await pageOf(id, { last: 1000 })).toMatchObject({ names: names.slice(10) });
    expect(await pageOf(id, { first: 0 })).toMatchObject({
      names: [],
      totalCount: 1010,
      pageInfo: { hasNextPage: true },
    });
  });

  it('are each met once, in order, by pages of any size, forward and backward', async () => {
    const names = ['a/0', 'b', 'a/1', 'a/2', 'c', 'a/3', 'a/4', 'a\ud800', 'a"b', 'a'];
    const { id } = await graph.serve({ events: showing(1, ...names) });
    const { names: all } = await pageOf(id, { prefix: 'a' });
    expect(all).toHaveLength(8);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }), async (sizes) => {
        const forward: string[] = [];
        const backward: string[] = [];
        for (let page = 0, after: string | null = null, more = true; more; page++) {
          const next = await pageOf(id, { prefix: 'a', first: sizes[page % sizes.length], after });
          forward.push(...next.names);
          [after, more] = [next.pageInfo.endCursor, next.pageInfo.hasNextPage];
        }
        for (let page = 0, before: string | null = null, more = true; more; page++) {
          const previous = await pageOf(id, { prefix: 'a', last: sizes[page % sizes.length], before });
          backward.unshift(...previous.names);
          [before, more] = [previous.pageInfo.startCursor, previous.pageInfo.hasPreviousPage];
        }
        expect([forward, backward]).toEqual([all, all]);
      }),
      { numRuns: 20 },
    );
  });

  it('go on at a cursor after columns were added, with another prefix, and on another axis', async () => {
    const { id, events } = await graph.serve({ events: `${showing(1, 'a', 'b')}${logged('{"c": 1}')}` });
    const { cursors } = await pageOf(id);
    await appendFile(events, showing(2, 'd', 'bb'));
    expect(await pageOf(id, { after: cursors[1] })).toMatchObject({
      names: ['d', 'bb'],
      totalCount: 4,
      pageInfo: { hasPreviousPage: true, hasNextPage: false },
    });
    expect(await pageOf(id, { after: cursors[0], prefix: 'b' })).toMatchObject({
      names: ['b', 'bb'],
      pageInfo: { hasPreviousPage: false },
    });
    expect((await pageOf(id, { after: cursors[1], axis: 'TIME' })).names).toEqual(['c', 'd', 'bb']);
    const { cursors: all } = await pageOf(id);
    expect(await pageOf(id, { after: all[0], before: all[3] })).toMatchObject({
      names: ['b', 'd'],
      pageInfo: { hasPreviousPage: true, hasNextPage: true },
    });
    expect((await pageOf(id, { after: cursors[1], before: cursors[0] })).names).toEqual([]);
  });

  it('tell that a cursor expired where the file has become another one', async () => {
    const { id, events } = await graph.serve({ events: showing(1, 'a', 'b', 'c') });
    const { cursors } = await pageOf(id);
    await writeFile(events, showing(1, 'new', 'c', 'a'));
    expect(await errorsOf(id, { after: cursors[1] })).toEqual([
      "CURSOR_EXPIRED after: the run has no column 'b' any more",
    ]);
    expect(await pageOf(id, { after: cursors[2] })).toMatchObject({ names: ['a'] });
  });

  it.each([
    [{ first: -1 }, 'first: -1 is not a page size from 0 to 1000'],
    [{ last: 1001 }, 'last: 1001 is not a page size from 0 to 1000'],
    [{ first: 1, last: 1 }, 'first, last: only one of them may be given'],
    [{ after: '' }, "after: '' is not a cursor of this list"],
    [{ before: 'loss' }, "before: 'loss' is not a cursor of this list"],
  ])('refuse %j', async (args, message) => {
    const { id } = await graph.serve({ events: showing(1, 'loss') });
    expect(await errorsOf(id, args)).toEqual([`BAD_USER_INPUT ${message}`]);
  });

  it('are null, with an error, where the events cannot be read', async () => {
    const { id, events } = await graph.serve();
    await rm(events, { force: true });
    await mkdir(events);
    expect(await errorsOf(id, {})).toEqual([expect.stringMatching(/^DATA_UNREADABLE events.jsonl cannot be read: /)]);
  });

  it('count as one answer of the cache', async () => {
    const { id } = await graph.serve({ events: showing(1, 'a', 'b') });
    expect(await costOf(graph.gateway, () => pageOf(id))).toEqual(MISS);
    expect(await costOf(graph.gateway, () => pageOf(id, { axis: 'TIME' }))).toEqual(HIT);
  });
});
