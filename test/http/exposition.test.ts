import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { addressOf, overSse, overWebSocket } from '../support/operation-clients.ts';
import { makeStorage, metricsEvent } from '../support/storage.ts';

/** What `/metrics` tells, by the name of each sample with its labels. */
async function scrape(gateway: TestGateway): Promise<ReadonlyMap<string, number>> {
  const { body } = await gateway.request('/metrics');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line): [string, number] => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

async function serve(cacheBytes = 2 ** 28) {
  const storage = await makeStorage();
  for (const id of ['a', 'b']) {
    const events = Array.from({ length: 5000 }, (_, i) => metricsEvent(i, { loss: i / 7 }));
    await storage.addRun(id, { events, status: { status: 'running' }, files: { 'logs.txt': 'line\n' } });
  }
  const gateway = await startTestGateway(storage, { cacheBytes });
  return {
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await storage.remove();
    },
  };
}

describe('/metrics', () => {
  it('is text that Prometheus takes, of this moment', async () => {
    await using served = await serve();
    const { status, headers } = await served.gateway.request('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect((await served.gateway.request('/metrics', { method: 'POST' })).status).toBe(405);
  });

  it('asks for the token where there is one', async () => {
    await using storage = await makeStorage();
    const token = 'a-token-of-24-characters';
    await using gateway = await startTestGateway(storage, { access: { token, hosts: [], origins: [] } });
    expect((await gateway.request('/metrics')).status).toBe(401);
    const headers = { authorization: `Bearer ${token}` };
    expect((await gateway.request('/metrics', { headers })).status).toBe(200);
  });

  it('counts requests by route and status, whatever their runs are called', async () => {
    await using served = await serve();
    const { gateway } = served;
    for (const path of ['a/metrics', 'b/metrics', 'nobody/metrics', 'a/metrics?downsample=1'])
      await gateway.request(`/api/runs/${path}`);
    await gateway.request('/elsewhere');
    await gateway.request('/elsewhere/still');
    const samples = await scrape(gateway);
    const count = (route: string, status: number) =>
      samples.get(`runlens_http_requests_total{route="${route}",status="${status}"}`);
    expect([200, 404, 422].map((status) => count('/api/runs/:id/metrics', status))).toEqual([2, 1, 1]);
    expect(count('none', 404)).toBe(2);
    expect(samples.get('runlens_http_request_duration_seconds_count{route="/api/runs/:id/metrics"}')).toBe(4);
    expect(Array.from(samples.keys()).join()).not.toContain('nobody');
  });

  it('counts GraphQL operations by name and outcome over every transport', async () => {
    await using served = await serve();
    const { gateway } = served;
    const query = (name: string, id: string) =>
      `query ${name} { compareRuns(runIds: ["${id}"], columns: []) { runId } }`;
    await gateway.request(addressOf('', { query: query('Compare', 'a') }));
    const client = overWebSocket(gateway.url, { query: query('Compare', 'a') });
    await client.next();
    client.close();
    await gateway.request(addressOf('', { query: 'query Missing { run(runId: "nobody") { id } }' }));
    await gateway.request(addressOf('', { query: 'query Wrong { nothing }' }));
    const follow = { query: 'subscription Follow { logs(runId: "nobody") { __typename } }' };
    const refused = overSse(gateway.url, follow);
    await refused.next();
    refused.close();
    await gateway.log.logged({ name: 'Follow', outcome: 'refused' });
    const samples = await scrape(gateway);
    const count = (name: string, outcome: string) =>
      samples.get(`runlens_graphql_operations_total{name="${name}",outcome="${outcome}"}`);
    expect(count('Compare', 'complete')).toBe(2);
    expect(count('Missing', 'complete')).toBe(1);
    expect(count('none', 'refused')).toBe(1);
    expect(count('Follow', 'refused')).toBe(1);
    expect(samples.get('runlens_graphql_operation_duration_seconds_count{name="Compare"}')).toBe(2);
    expect(samples.get('runlens_graphql_operation_duration_seconds_count{name="Follow"}')).toBeUndefined();
  });

  it('tells so many names of operations apart, and no more, however many clients make up', async () => {
    await using served = await serve();
    const { gateway } = served;
    for (let i = 0; i < 120; i++) await gateway.request(addressOf('', { query: `query Q${i} { __typename }` }));
    await gateway.request(addressOf('', { query: 'query Q0 { __typename }' }));
    const samples = await scrape(gateway);
    const names = Array.from(samples.keys()).filter((name) => name.startsWith('runlens_graphql_operations_total'));
    expect(names).toHaveLength(101);
    expect(samples.get('runlens_graphql_operations_total{name="other",outcome="complete"}')).toBe(20);
    expect(samples.get('runlens_graphql_operations_total{name="Q0",outcome="complete"}')).toBe(2);
  });

  it('tells what the cache holds, what answers cost, and how many runs had to go', async () => {
    await using served = await serve(2 ** 18);
    const { gateway } = served;
    for (const id of ['a', 'a', 'b']) await gateway.request(`/api/runs/${id}/metrics?downsample=100`);
    const samples = await scrape(gateway);
    expect(samples.get('runlens_cache_answers_total{cost="miss"}')).toBe(2);
    expect(samples.get('runlens_cache_answers_total{cost="hit"}')).toBe(1);
    expect(samples.get('runlens_cache_runs')).toBe(1);
    expect(samples.get('runlens_cache_evictions_total')).toBe(1);
    expect(samples.get('runlens_cache_max_bytes')).toBe(2 ** 18);
    expect(samples.get('runlens_cache_bytes')).toBeGreaterThan(10_000);
  });

  it('tells who follows what, over which sockets, and nobody once they are gone', async () => {
    await using served = await serve();
    const { gateway } = served;
    const clients = [
      overSse(gateway.url, { query: 'subscription L { logs(runId: "a") { __typename } }' }),
      overWebSocket(gateway.url, { query: 'subscription M { metrics(runId: "a") { __typename } }' }),
      overWebSocket(gateway.url, { query: 'subscription R { runs { __typename } }' }),
    ];
    for (const client of clients) await client.next();
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/api/runs/a/logs/ws`);
    await once(socket, 'message');
    const following = async () => {
      const samples = await scrape(gateway);
      const of = (name: string, ...kinds: string[]) =>
        kinds.map((kind) => samples.get(`runlens_${name}{kind="${kind}"}`));
      return {
        subscribers: of('subscribers', 'log', 'metrics', 'runs'),
        files: of('followed_files', 'log', 'metrics'),
        sockets: of('websockets', 'graphql', 'log'),
      };
    };
    expect(await following()).toEqual({ subscribers: [2, 1, 1], files: [1, 1], sockets: [2, 1] });
    for (const client of clients) client.close();
    socket.terminate();
    await expect.poll(following).toEqual({ subscribers: [0, 0, 0], files: [0, 0], sockets: [0, 0] });
  });

  it('counts for each gateway what it is asked, and for all of them what the process takes', async () => {
    await using one = await serve();
    await using other = await serve();
    await one.gateway.request('/api/runs');
    const name = 'runlens_http_requests_total{route="/api/runs",status="200"}';
    const [ofOne, ofOther] = [await scrape(one.gateway), await scrape(other.gateway)];
    expect([ofOne.get(name), ofOther.get(name)]).toEqual([1, undefined]);
    for (const samples of [ofOne, ofOther]) {
      expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
      expect(samples.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    }
  });

  it('has the metrics that the page of the documentation lists, and no others of its own', async () => {
    await using served = await serve();
    const { body } = await served.gateway.request('/metrics');
    const told = Array.from(body.matchAll(/^# TYPE (runlens_\w+) (\w+)$/gm), ([, name, type]) => `${name} ${type}`);
    const page = readFileSync('docs/operating.md', 'utf8');
    const listed = Array.from(page.matchAll(/^\| `(runlens_\w+)` *\| (\w+) /gm), ([, name, type]) => `${name} ${type}`);
    expect(listed.toSorted()).toEqual(told.toSorted());
  });
});
