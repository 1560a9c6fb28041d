import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { checkHosts } from '../../src/http/hosts.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';

/** A name that its owner leads to this machine: for a browser, this gateway is where the page comes from. */
const ATTACKER = 'attacker.example:23300';

let storage: TestStorage;
let gateway: TestGateway;
beforeAll(async () => {
  storage = await makeStorage();
  await storage.addRun('secret', { files: { 'logs.txt': 'secret\n' } });
  gateway = await startTestGateway(storage, { allowedHosts: ['Runs.Example.com'] });
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
});

describe('a page of a name that leads here by DNS rebinding', () => {
  const asPage = { host: ATTACKER, origin: `http://${ATTACKER}` };

  it.each(['/', '/api/health', '/api/runs', '/api/runs/secret/logs', '/api/runs/secret/metrics'])(
    'reads nothing of %s',
    async (path) => {
      const { status, headers, body } = await gateway.request(path, { headers: asPage });
      expect({ status, code: headers['x-error-code'] }).toEqual({ status: 403, code: 'HOST_NOT_ALLOWED' });
      expect(JSON.parse(body)).toEqual({
        detail: `The gateway may not be asked by the name ${ATTACKER}: --allowed-host allows one`,
      });
    },
  );

  it.each([
    ['a query', {}],
    ['a subscription', { accept: 'text/event-stream' }],
  ])('reads nothing by %s', async (_way, headers) => {
    const { status, body } = await gateway.request('/graphql?query=%7B__typename%7D', {
      headers: { ...asPage, ...headers },
    });
    expect(status).toBe(403);
    expect(body).toContain('"code":"HOST_NOT_ALLOWED"');
    expect(body).not.toContain('"data"');
  });

  it.each([
    ['/graphql', ['graphql-transport-ws']],
    ['/api/runs/secret/logs/ws', []],
  ])('opens no WebSocket at %s', async (path, protocols) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, protocols, { headers: asPage });
    const [error]: unknown[] = await once(socket, 'error');
    expect(String(error)).toContain('Unexpected server response: 403');
  });
});

describe('a client', () => {
  it.each(['runs.example.com', 'RUNS.example.com:8443', 'localhost', 'my.localhost:1', '10.0.0.7', '[::1]:23300'])(
    'may ask for %s',
    async (host) => {
      expect((await gateway.request('/api/runs', { headers: { host } })).status).toBe(200);
      const asked = await gateway.request('/graphql?query=%7B__typename%7D', { headers: { host } });
      expect(asked.status).toBe(200);
    },
  );

  it.each(['example.com', 'localhost.example.com', 'evil-localhost', '127.0.0.1.example.com', '@127.0.0.1 x', '/'])(
    'may not ask for %s',
    async (host) => {
      expect((await gateway.request('/api/runs', { headers: { host } })).status).toBe(403);
    },
  );

  it('may ask by a name whatever the port, and by no name that contains it', () => {
    const check = checkHosts(['runs.example.com']);
    fc.assert(
      fc.property(fc.domain(), fc.integer({ min: 1, max: 65_535 }), (other, port) => {
        expect(check(`runs.example.com:${port}`)).toBeNull();
        expect(check(`${other}.runs.example.com:${port}`)?.code).toBe('HOST_NOT_ALLOWED');
        expect(check(`runs.example.com.${other}`)?.code).toBe('HOST_NOT_ALLOWED');
      }),
    );
  });
});
