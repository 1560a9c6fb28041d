import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { CLIENTS } from '../../support/one-answer-clients.ts';
import { makeStorage, type TestStorage } from '../../support/storage.ts';

let storage: TestStorage;
let open: TestGateway;
let hardened: TestGateway;
beforeAll(async () => {
  storage = await makeStorage();
  open = await startTestGateway(storage);
  hardened = await startTestGateway(storage, { hardened: true });
});
afterAll(async () => {
  await open.close();
  await hardened.close();
  await storage.remove();
});

describe.each(CLIENTS)('over %s, a hardened gateway', (_name, ask) => {
  it.each(['__schema { queryType { name } }', '__type(name: "Run") { name }'])('does not answer %s', async (field) => {
    expect((await ask(open.url, { query: `{ ${field} }` })).errors).toBeUndefined();
    const { data, errors } = await ask(hardened.url, { query: `{ ${field} }` });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toContain('introspection has been disabled');
  });

  it('tells types by __typename', async () => {
    expect(await ask(hardened.url, { query: '{ __typename }' })).toEqual({ data: { __typename: 'Query' } });
  });

  it.each([
    ['field', { query: '{ run(runId: "x") { alia } }' }],
    ['type', { query: '{ node(id: "x") { ... on Rum { id } } }' }],
    ['argument', { query: '{ run(runid: "x") { alias } }' }],
    ['enum value', { query: '{ run(runId: "x") { logs(render: { ansi: STRP }) { lineCount } } }' }],
    [
      'enum value in a variable',
      {
        query: 'query ($r: LogRender) { run(runId: "x") { logs(render: $r) { lineCount } } }',
        variables: { r: { ansi: 'STRP' } },
      },
    ],
    [
      'input field in a variable',
      {
        query: 'query ($r: LogRender) { run(runId: "x") { logs(render: $r) { lineCount } } }',
        variables: { r: { ansy: 'KEEP' } },
      },
    ],
    [
      'enum value in a subscription',
      {
        query: 'subscription ($a: Ansi!) { logs(runId: "x", render: { ansi: $a }) { __typename } }',
        variables: { a: 'STRP' },
      },
    ],
  ])('suggests nothing for an unknown %s', async (_what, request) => {
    expect((await ask(open.url, request)).errors?.[0]?.message).toMatch(/ Did you mean .*\?$/);
    const { errors } = await ask(hardened.url, request);
    expect(errors?.[0]?.message).toBeTruthy();
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean|STRIP|alias|Run"/);
  });
});

it('a hardened gateway has no GraphiQL', async () => {
  const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
  expect((await open.request('/graphql', browser)).body).toContain('<title>Runlens</title>');
  expect((await hardened.request('/graphql', browser)).json()).toMatchObject({
    errors: [{ message: 'Must provide query string.' }],
  });
  expect(await hardened.request('/graphql', { headers: { accept: 'text/html' } })).toMatchObject({
    status: 406,
    body: expect.not.stringContaining('<'),
  });
});
