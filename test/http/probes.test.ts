import { chmod, rename } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Readiness } from '../../src/monitoring/readiness.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage } from '../support/storage.ts';

const OK = { status: 'ok' };

describe('probes', () => {
  it('say that all is well once the runs were found, and are kept by nobody', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage);
    await expect.poll(async () => (await gateway.request('/readyz')).json()).toEqual(OK);
    for (const path of ['/livez', '/readyz']) {
      const answer = await gateway.request(path);
      expect({ status: answer.status, body: answer.json(), kept: answer.headers['cache-control'] }).toEqual({
        status: 200,
        body: OK,
        kept: 'no-store',
      });
      expect((await gateway.request(path, { method: 'POST' })).status).toBe(405);
    }
  });

  it('need no token and no name of the gateway', async () => {
    await using storage = await makeStorage();
    const access = { token: 'a-token-of-24-characters', hosts: [], origins: [] };
    await using gateway = await startTestGateway(storage, { access });
    const headers = { host: 'balancer.example' };
    expect((await gateway.request('/livez', { headers })).status).toBe(200);
    expect((await gateway.request('/readyz', { headers })).status).not.toBe(401);
    expect((await gateway.request('/api/health', { headers })).status).toBe(403);
  });

  it('have a line in the log only for who looks for it', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage);
    await gateway.request('/livez', { headers: { 'x-request-id': 'probe' } });
    expect(await gateway.log.logged({ requestId: 'probe' })).toMatchObject({ level: 'debug' });
  });

  it('say that the storage is away, but not where it was, and that it is back', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage);
    await expect.poll(async () => (await gateway.request('/readyz')).status).toBe(200);
    await rename(storage.root, `${storage.root}-away`);
    const answer = await gateway.request('/readyz');
    expect({ status: answer.status, body: answer.json() }).toEqual({
      status: 503,
      body: { status: 'unavailable', detail: 'the storage cannot be read: ENOENT' },
    });
    expect((await gateway.request('/livez')).status).toBe(200);
    await rename(`${storage.root}-away`, storage.root);
    expect((await gateway.request('/readyz')).status).toBe(200);
  });

  it.skipIf(process.getuid?.() === 0)('say that the storage may not be read', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage);
    await expect.poll(async () => (await gateway.request('/readyz')).status).toBe(200);
    await chmod(storage.root, 0);
    expect((await gateway.request('/readyz')).json()).toMatchObject({ detail: 'the storage cannot be read: EACCES' });
    await chmod(storage.root, 0o700);
  });
});

describe('readiness', () => {
  const open = new AbortController().signal;
  const well = { isDiscovered: true, discover: () => undefined, rootFault: async () => null };

  it('waits for the first discovery, and has it begin again should it have failed', async () => {
    let discoveries = 0;
    const catalog = { ...well, isDiscovered: false, discover: () => void discoveries++ };
    const readiness = new Readiness(catalog, open);
    expect(await readiness.obstacle()).toBe('the runs of the storage are still looked for');
    expect(discoveries).toBe(1);
    catalog.isDiscovered = true;
    expect(await readiness.obstacle()).toBeNull();
  });

  it('waits a second for a storage that does not answer, with one look at it for all who ask', async () => {
    let looks = 0;
    const rootFault = () => {
      looks++;
      return new Promise<null>(() => undefined);
    };
    const readiness = new Readiness({ ...well, rootFault }, open);
    const obstacles = await Promise.all([readiness.obstacle(), readiness.obstacle()]);
    expect([...obstacles, looks]).toEqual(['the storage does not answer', 'the storage does not answer', 1]);
  });

  it('ends with the beginning of a shutdown', async () => {
    expect(await new Readiness(well, AbortSignal.abort()).obstacle()).toBe('the gateway is shutting down');
  });
});
