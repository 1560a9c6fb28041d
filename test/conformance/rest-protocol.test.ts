import { describe, expect, it } from 'vitest';
import { metricsEvent } from '../support/storage.ts';
import { logged, useGateway } from './fixture.ts';

const gateway = useGateway();

const EXPOSED = ['x-last-step', 'x-row-count', 'x-total-count'];
const LOOPBACK = ['http://localhost:5173', 'https://localhost', 'http://127.0.0.1:23300', 'http://[::1]:3000'];
const OTHERS = [
  'http://example.com',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'http://example.com:127',
  'https://notlocalhost',
  'http://10.0.0.1',
  'null',
];

const namesIn = (header: unknown) => String(header).toLowerCase().split(/, */).toSorted();

describe('HEAD', () => {
  it('REST-HEAD-001 HEAD of metrics has the status and headers of GET, and no body', async () => {
    const run = await gateway.serve({ events: Array.from({ length: 300 }, (_, i) => metricsEvent(i, { a: i })) });
    for (const path of ['metrics', 'metrics_step', 'metrics?downsample=100']) {
      const [get, head] = [await run.get(path), await run.get(path, 'HEAD')];
      expect([head.status, head.body]).toEqual([200, '']);
      for (const name of [...EXPOSED, 'content-type']) expect(head.headers[name]).toBe(get.headers[name]);
    }
  });

  it('REST-HEAD-002 HEAD of every other path has the status and headers of GET, and no body', async () => {
    const { id } = await gateway.serve();
    for (const path of ['health', 'metrics/cache/stats', 'runs', `runs/${id}`, `runs/${id}/progress`]) {
      const [get, head] = [
        await gateway.gateway.request(`/api/${path}`),
        await gateway.gateway.request(`/api/${path}`, { method: 'HEAD' }),
      ];
      expect([head.status, head.body]).toEqual([200, '']);
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
    }
  });
});

describe('pages of other origins', () => {
  async function headersFor(origin: string, path: string, method = 'GET', more = {}) {
    return (await gateway.gateway.request(path, { method, headers: { Origin: origin, ...more } })).headers;
  }

  it('REST-CORS-001 a page that this machine serves may read metrics', async () => {
    const { id } = await gateway.serve({ events: logged('{"step": 1}') });
    for (const origin of LOOPBACK) {
      const headers = await headersFor(origin, `/api/runs/${id}/metrics`);
      expect(headers['access-control-allow-origin']).toBe(origin);
    }
  });

  it('REST-CORS-002 it may read the X-headers', async () => {
    const { id } = await gateway.serve({ events: logged('{"step": 1}') });
    for (const path of [`/api/runs/${id}/metrics`, `/api/runs/${id}/metrics_step`]) {
      const names = namesIn((await headersFor(LOOPBACK[0], path))['access-control-expose-headers']);
      expect(names).toEqual(expect.arrayContaining([...EXPOSED]));
    }
  });

  it('REST-CORS-003 it may read every other answer, errors too', async () => {
    const paths = [
      'health',
      'runs',
      'metrics/cache/stats',
      'nope',
      'runs/unknown/metrics',
      'runs/x/metrics?downsample=1',
    ];
    for (const path of paths) {
      expect((await headersFor(LOOPBACK[0], `/api/${path}`))['access-control-allow-origin']).toBe(LOOPBACK[0]);
    }
  });

  it('REST-CORS-004 a page of any other origin may read nothing', async () => {
    const { id } = await gateway.serve({ events: logged('{"step": 1}') });
    for (const origin of OTHERS) {
      for (const path of [`/api/runs/${id}/metrics`, '/api/runs', '/api/nope']) {
        expect((await headersFor(origin, path))['access-control-allow-origin']).toBeUndefined();
      }
    }
  });

  it('REST-CORS-005 a preflight from this machine may go on, and from any other origin not', async () => {
    const asked = { 'Access-Control-Request-Method': 'GET' };
    const allowed = await headersFor(LOOPBACK[0], '/api/runs', 'OPTIONS', asked);
    expect(allowed['access-control-allow-origin']).toBe(LOOPBACK[0]);
    expect(namesIn(allowed['access-control-allow-methods'])).toContain('get');
    for (const origin of OTHERS) {
      const refused = await headersFor(origin, '/api/runs', 'OPTIONS', asked);
      expect(refused['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('REST-CORS-006 OPTIONS that is no preflight is a wrong method, also from this machine', async () => {
    const answer = await gateway.gateway.request('/api/runs', { method: 'OPTIONS', headers: { Origin: LOOPBACK[0] } });
    expect(answer.status).toBe(405);
    expect(namesIn(answer.headers.allow)).toEqual(['get', 'head']);
  });
});
