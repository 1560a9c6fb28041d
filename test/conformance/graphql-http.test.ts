import { type AuditResult, auditServer, serverAudits } from 'graphql-http';
import graphqlHttp from 'graphql-http/package.json' with { type: 'json' };
import { expect, it } from 'vitest';
import { useGateway } from './fixture.ts';

const gateway = useGateway();
const server = { url: () => `${gateway.gateway.url}/graphql` };

/** The audits have ids of their own, which are as permanent as ours. */
it.each(serverAudits(server).map((audit) => [audit.id, audit.name, audit] as const))(
  '%s %s',
  async (_id, _name, audit) => {
    const result = await audit.fn();
    expect('reason' in result ? result.reason : result.status).toBe('ok');
  },
);

it('GRAPHQL-HTTP-001 the committed report of all audits is that of this gateway', async () => {
  await expect(report(await auditServer(server))).toMatchFileSnapshot('../../docs/graphql-http.md');
});

it('GRAPHQL-HTTP-002 variables that do not fit are 200 to application/json, and 400 to application/graphql-response+json', async () => {
  // The audit of variables asks for one that is never used, which is another error.
  const bodies = [
    { query: 'query ($id: ID!) { run(runId: $id) { runId } }', variables: { id: null } },
    { query: 'subscription ($id: ID!) { logs(runId: $id) { __typename } }' },
  ];
  for (const body of bodies) {
    for (const [accept, status] of [
      ['application/json', 200],
      ['application/graphql-response+json', 400],
    ] as const) {
      const headers = { accept, 'content-type': 'application/json' };
      const options = { method: 'POST', headers, body: JSON.stringify(body) };
      expect((await gateway.gateway.request('/graphql', options)).status).toBe(status);
    }
  }
});

function report(results: readonly AuditResult[]): string {
  const passed = results.filter(({ status }) => status === 'ok');
  return [
    '# GraphQL over HTTP: the audits',
    '',
    `${passed.length} of the ${results.length} audits of graphql-http ${graphqlHttp.version} pass. Written by a test, which fails where`,
    'this is no longer so: see [conformance.md](conformance.md).',
    '',
    '```text',
    ...results.map(({ id, name, status }) => `${id}  ${status.padEnd(6)}  ${name}`),
    '```',
    '',
  ].join('\n');
}
