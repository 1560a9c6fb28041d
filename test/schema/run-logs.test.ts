import { appendFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { graphql } from '../generated/index.ts';
import { useGraph } from './graph.ts';

const graph = useGraph();

const PAGE = graphql(`
  query LogPage(
    $runId: ID!
    $first: Int
    $after: String
    $last: Int
    $before: String
    $fromLine: SafeInt
    $beforeLine: SafeInt
    $contains: String
    $ignoreCase: Boolean! = true
    $render: LogRender
  ) {
    run(runId: $runId) {
      logs(
        first: $first
        after: $after
        last: $last
        before: $before
        fromLine: $fromLine
        beforeLine: $beforeLine
        contains: $contains
        ignoreCase: $ignoreCase
        render: $render
      ) {
        edges {
          cursor
          node {
            number
            text
          }
        }
        nodes {
          number
          text
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        lineCount
      }
    }
  }
`);

type Variables = Parameters<typeof graph.ask<unknown, Parameters<NonNullable<(typeof PAGE)['__apiType']>>[0]>>[1];

const lineAt = (number: number) => `line ${number} ${'x'.repeat(number % 90)}`;
const manyLines = (count: number) => Array.from({ length: count }, (_, i) => `${lineAt(i + 1)}\n`).join('');

async function page(runId: string, variables: Omit<Variables, 'runId'> = {}) {
  const { run } = await graph.ask(PAGE, { runId, ...variables });
  if (!run?.logs) throw new Error('no logs');
  const { edges, nodes, pageInfo, lineCount } = run.logs;
  expect(nodes).toEqual(edges.map(({ node }) => node));
  return {
    ...pageInfo,
    lineCount,
    cursors: edges.map(({ cursor }) => cursor),
    lines: edges.map(({ node }) => node.text),
    numbers: edges.map(({ node }) => node.number),
  };
}

const serve = (log: string | null) => graph.serve({ files: log === null ? {} : { 'logs.txt': log } });

async function codeOf(runId: string, variables: Omit<Variables, 'runId'>): Promise<unknown> {
  const { errors } = await graph.execute(PAGE, { runId, ...variables });
  return errors[0]?.extensions?.code;
}

it('pages forward from the start, 100 lines unless told, and every line is on one page', async () => {
  const { id } = await serve(manyLines(2500));
  const first = await page(id);
  expect(first.lines.length).toBe(100);
  expect(first).toMatchObject({ hasPreviousPage: false, hasNextPage: true });
  const lines: string[] = [];
  for (let after: string | null = null; ; ) {
    const {
      lines: some,
      hasNextPage,
      endCursor,
    }: Awaited<ReturnType<typeof page>> = await page(id, { first: 777, after });
    lines.push(...some);
    if (!hasNextPage) break;
    after = endCursor ?? null;
  }
  expect(`${lines.join('\n')}\n`).toBe(manyLines(2500));
});

it('pages backward from the end, and every line is on one page', async () => {
  const { id } = await serve(manyLines(2500));
  const lines: string[] = [];
  for (let before: string | null = null; ; ) {
    const {
      lines: some,
      hasPreviousPage,
      startCursor,
    }: Awaited<ReturnType<typeof page>> = await page(id, { last: 777, before });
    lines.unshift(...some);
    if (!hasPreviousPage) break;
    before = startCursor ?? null;
  }
  expect(`${lines.join('\n')}\n`).toBe(manyLines(2500));
});

it('the cursor of any edge leads on and back', async () => {
  const { id } = await serve(manyLines(50));
  const { cursors } = await page(id, { first: 50 });
  for (const [i, cursor] of cursors.entries()) {
    expect((await page(id, { first: 2, after: cursor })).lines).toEqual(
      [i + 2, i + 3].filter((n) => n <= 50).map(lineAt),
    );
    expect((await page(id, { last: 2, before: cursor })).lines).toEqual([i - 1, i].filter((n) => n > 0).map(lineAt));
  }
});

it('begins at a line by its number, and tells numbers', async () => {
  const { id } = await serve(manyLines(30_000));
  for (const fromLine of [1, 2, 6789, 29_999, 30_000]) {
    const { lines, numbers } = await page(id, { first: 2, fromLine });
    expect([lines[0], numbers[0]]).toEqual([lineAt(fromLine), fromLine]);
  }
  expect(await page(id, { fromLine: 30_001 })).toMatchObject({ lines: [], hasNextPage: false, hasPreviousPage: true });
  await expect.poll(async () => (await page(id)).lineCount).toBe(30_000);
});

it('ends before a line by its number, and so searches from it both ways', async () => {
  const { id } = await serve(manyLines(30_000));
  for (const beforeLine of [3, 6789, 30_000, 30_001]) {
    const { numbers, hasNextPage } = await page(id, { last: 2, beforeLine });
    expect([numbers, hasNextPage]).toEqual([[beforeLine - 2, beforeLine - 1], beforeLine <= 30_000]);
  }
  expect(await page(id, { last: 2, beforeLine: 1 })).toMatchObject({ lines: [], hasPreviousPage: false });
  expect(await page(id, { last: 2, beforeLine: 99_999 })).toMatchObject({ numbers: [29_999, 30_000] });
  expect((await page(id, { fromLine: 5, beforeLine: 8 })).numbers).toEqual([5, 6, 7]);
  expect(await page(id, { fromLine: 8, beforeLine: 5 })).toMatchObject({ lines: [] });
  const contains = '77 ';
  expect((await page(id, { last: 1, beforeLine: 677, contains })).numbers).toEqual([577]);
  expect((await page(id, { first: 1, fromLine: 678, contains })).numbers).toEqual([777]);
});

it('numbers and counts the lines of a small log at once, and those that are appended to any', async () => {
  const small = await serve(manyLines(3));
  expect(await page(small.id, { last: 2 })).toMatchObject({ numbers: [2, 3], lineCount: 3 });
  const large = await serve(manyLines(60_000));
  expect(await page(large.id, { last: 1 })).toMatchObject({ numbers: [null], lineCount: null });
  // A line that is not there is waited for until all are counted.
  expect(await page(large.id, { fromLine: Number.MAX_SAFE_INTEGER })).toMatchObject({ lines: [], lineCount: 60_000 });
  for (let count = 60_001; count < 60_010; count++) {
    await appendFile(join(large.directory, 'logs.txt'), `${lineAt(count)}\n`);
    expect(await page(large.id, { first: 1 })).toMatchObject({ lineCount: count });
    expect(await page(large.id, { last: 1 })).toMatchObject({ numbers: [count], lineCount: count });
  }
});

it('counts a last line without its end, once it is one', async () => {
  const { id } = await serve('one\ntwo');
  await expect.poll(() => page(id)).toMatchObject({ lines: ['one', 'two'], numbers: [1, 2], lineCount: 2 });
});

it('finds lines that hold a text, in both directions, colours and case left aside', async () => {
  const { id } = await serve(`${manyLines(3000)}\u001b[31mLi\u001b[0mNE 777 again\n`);
  expect((await page(id, { first: 5, contains: 'line 777 ' })).lines).toEqual([
    lineAt(777),
    '\u001b[31mLi\u001b[0mNE 777 again',
  ]);
  expect((await page(id, { last: 1, contains: 'LINE 777' })).numbers).toEqual([3001]);
  expect((await page(id, { last: 5, contains: 'line 777', ignoreCase: false })).lines).toEqual([lineAt(777)]);
  expect(await page(id, { contains: 'nowhere' })).toMatchObject({ lines: [], hasNextPage: false });
});

it('searches by bounded work: a page may be empty and have a next one, until the line is found', async () => {
  const { id } = await serve(`needle first\n${`${'hay '.repeat(250)}\n`.repeat(20_000)}needle last\n`);
  let pages = 0;
  for (let after: string | null = null; ; pages++) {
    const { lines, hasNextPage, endCursor }: Awaited<ReturnType<typeof page>> = await page(id, {
      first: 1,
      after,
      contains: 'needle last',
    });
    if (lines.length > 0) break;
    expect(hasNextPage).toBe(true);
    after = endCursor ?? null;
  }
  expect(pages).toBeGreaterThan(1);
  pages = 0;
  for (let before: string | null = null; ; pages++) {
    const { lines, hasPreviousPage, startCursor }: Awaited<ReturnType<typeof page>> = await page(id, {
      last: 1,
      before,
      contains: 'needle first',
    });
    if (lines.length > 0) break;
    expect(hasPreviousPage).toBe(true);
    before = startCursor ?? null;
  }
  expect(pages).toBeGreaterThan(1);
});

it('renders lines as asked', async () => {
  const { id } = await serve('\u001b[32m10%\r99%\u001b[0m\n');
  expect((await page(id, { render: { ansi: 'STRIP', carriageReturns: 'COLLAPSE' } })).lines).toEqual(['99%']);
});

it('a log that grows has a next page then', async () => {
  const { id, directory } = await serve('one\n');
  const { endCursor, hasNextPage } = await page(id);
  expect(hasNextPage).toBe(false);
  await appendFile(`${directory}/logs.txt`, 'two\n');
  expect((await page(id, { after: endCursor ?? null })).lines).toEqual(['two']);
});

it('without a log there is nothing, and nothing is wrong', async () => {
  const { id } = await serve(null);
  expect(await page(id)).toMatchObject({ lines: [], lineCount: 0, hasNextPage: false, hasPreviousPage: false });
});

it('a cursor of content that is gone is CURSOR_EXPIRED', async () => {
  const { id, directory } = await serve('one\ntwo\n');
  const { endCursor } = await page(id);
  await truncate(`${directory}/logs.txt`);
  await appendFile(`${directory}/logs.txt`, 'quite another content\n');
  expect(await codeOf(id, { after: endCursor ?? null })).toBe('CURSOR_EXPIRED');
  expect(await codeOf(id, { last: 1, before: endCursor ?? null })).toBe('CURSOR_EXPIRED');
});

it('arguments that break a rule are BAD_USER_INPUT', async () => {
  const { id } = await serve('one\n');
  const { endCursor } = await page(id);
  const wrong = [
    { first: 1, last: 1 },
    { first: -1 },
    { first: 1001 },
    { last: 1001 },
    { fromLine: 0 },
    { fromLine: 1, last: 1 },
    { beforeLine: 0 },
    { beforeLine: 1, before: endCursor },
    { after: 'x' },
  ];
  for (const variables of wrong) expect(await codeOf(id, variables)).toBe('BAD_USER_INPUT');
});
