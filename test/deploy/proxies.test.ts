import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OPEN } from '../../src/http/access/access.ts';
import { bytesOf } from '../conformance/raw-request.ts';
import { startTestGateway } from '../support/gateway.ts';
import { connectLegacy, subscribeOverSse, subscribeOverWebSocket } from '../support/log-clients.ts';
import { makeStorage, metricsEvent, START } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { findTool } from '../support/tools.ts';
import { PROXIES, type ReverseProxy } from './proxies.ts';

const ID = '20240101_120000_aaaaaa';
const METRICS = `/api/runs/${ID}/metrics_step`;
const EVENTS = Array.from({ length: 2000 }, (_, i) => metricsEvent(i + 1, { loss: 1 / (i + 1) }));

const temporaryDirectory = useTemporaryDirectory();

/** A gateway behind the proxy, with a run that goes on. */
async function deploy(proxy: ReverseProxy, options: Parameters<typeof startTestGateway>[1] = {}) {
  const storage = await makeStorage();
  onTestFinished(() => storage.remove());
  const directory = await storage.addRun(ID, {
    meta: { hostname: 'elsewhere' },
    status: { status: 'running', started_at: START },
    events: EVENTS,
    files: { 'logs.txt': 'first\n' },
  });
  const gateway = await startTestGateway(storage, { access: { ...OPEN, hosts: ['runs.example.org'] }, ...options });
  onTestFinished(() => gateway.close());
  const url = await proxy.start(gateway.url, join(temporaryDirectory(), `${proxy.name}-${new URL(gateway.url).port}`));
  return { url, gateway, log: join(directory, 'logs.txt') };
}

describe.each(PROXIES)('behind $name, below /runlens/', (proxy) => {
  const isThere = findTool(proxy.name, [proxy.name], proxy.versionArguments) !== undefined;

  it.runIf(isThere)('the page and all that it loads is there, and the path without a slash leads to it', async () => {
    const { url } = await deploy(proxy);
    const page = await bytesOf(`${url}/`);
    expect([page.status, page.headers['content-security-policy']]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    const loaded = Array.from(String(page.body).matchAll(/(?:src|href)="([^"]*)"/g), ([, name = '']) => name);
    expect(loaded).not.toEqual([]);
    const answers = await Promise.all(loaded.map((name) => bytesOf(new URL(name, `${url}/`).href)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await bytesOf(url)).toMatchObject({
      status: 308,
      headers: { location: expect.stringMatching(/\/runlens\/$/) },
    });
  });

  it.runIf(isThere)('answers of REST are compressed once, as the gateway does it, and 304 by their ETag', async () => {
    const { url, gateway } = await deploy(proxy);
    const gzip = { 'accept-encoding': 'gzip' };
    const [direct, through] = [await bytesOf(gateway.url + METRICS, gzip), await bytesOf(url + METRICS, gzip)];
    expect([through.headers['content-encoding'], through.headers.etag]).toEqual(['gzip', direct.headers.etag]);
    expect(through.body).toEqual(direct.body);
    expect(JSON.parse(String(gunzipSync(through.body)))).toMatchObject({ total: EVENTS.length });
    const again = { ...gzip, 'if-none-match': String(through.headers.etag) };
    expect(await bytesOf(url + METRICS, again)).toMatchObject({ status: 304 });
    const plain = await bytesOf(url + METRICS);
    expect([plain.headers['content-encoding'], plain.headers['x-row-count']]).toEqual([undefined, '2000']);
  });

  it.runIf(isThere)('a client is who is connected to the proxy, whatever it claims', async () => {
    const { url } = await deploy(proxy, { limits: { requestsPerMinute: 2 }, trustedProxies: ['loopback'] });
    const ask = (claim: string) => bytesOf(`${url}/api/health`, { 'x-forwarded-for': claim });
    const statuses = [];
    for (const claim of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) statuses.push((await ask(claim)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it.runIf(isThere)('the log is served in ranges', async () => {
    const { url } = await deploy(proxy);
    const part = await bytesOf(`${url}/api/runs/${ID}/logs`, { range: 'bytes=2-' });
    expect([part.status, String(part.body)]).toEqual([206, 'rst\n']);
  });

  it.runIf(isThere)('the page of that host may ask GraphQL, a page of another may not', async () => {
    const { url } = await deploy(proxy);
    // Not of the loopback interface by its name, as the page of a real host: only by Host is it known for the gateway's own.
    const host = `runs.example.org:${new URL(url).port}`;
    const address = `${url}/graphql?query=${encodeURIComponent(`{run(runId:"${ID}"){runId}}`)}`;
    const ask = async (origin: string) => {
      const { status, body } = await bytesOf(address, { host, origin, accept: 'application/json' });
      return [status, String(body)];
    };
    expect(await ask(`http://${host}`)).toEqual([200, JSON.stringify({ data: { run: { runId: ID } } })]);
    expect(await ask('http://elsewhere.test')).toEqual([403, expect.stringContaining('ORIGIN_NOT_ALLOWED')]);
    // What is asked of the proxy by another name it passes on with that.
    const { status, body } = await bytesOf(address, { host: 'elsewhere.test', accept: 'application/json' });
    expect([status, String(body)]).toEqual([403, expect.stringContaining('HOST_NOT_ALLOWED')]);
  });

  it.runIf(isThere)('events come as they happen over SSE, and over both WebSockets', async () => {
    const { url, log } = await deploy(proxy);
    const clients = [
      subscribeOverSse(url, { runId: ID, tail: 10 }),
      subscribeOverWebSocket(url, { runId: ID, tail: 10 }),
      connectLegacy(url, { runId: ID }),
    ];
    onTestFinished(() => {
      for (const client of clients) client.close();
    });
    const nextOfEach = () => Promise.all(clients.map((client) => client.next()));
    expect(await nextOfEach()).toMatchObject([{ lines: ['first'] }, { lines: ['first'] }, { text: 'first' }]);
    // Whatever holds back what it has until there is more of it, or until the end, is seen here.
    await appendFile(log, 'second\n');
    expect(await nextOfEach()).toMatchObject([{ lines: ['second'] }, { lines: ['second'] }, { text: 'second' }]);
  });
});
