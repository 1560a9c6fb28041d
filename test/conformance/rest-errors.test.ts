import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../support/gateway.ts';
import { logged, useGateway } from './fixture.ts';

const gateway = useGateway();

const UNKNOWN_RUN = { detail: 'Run not found' };
const UNKNOWN_PATH = { detail: 'Not Found' };
const BELOW_A_RUN = ['', '/metrics', '/metrics_step'];
const OTHER_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const pathsOf = (id: string) => ['/api/health', '/api/runs', '/api/metrics/cache/stats', `/api/runs/${id}/progress`];

async function ask(path: string, method = 'GET'): Promise<Answer> {
  return gateway.gateway.request(path, { method });
}

/** Status and body of the answers to GET. */
async function answersTo(...paths: string[]): Promise<unknown[]> {
  const answers = await Promise.all(paths.map((path) => ask(path)));
  return answers.map((answer) => [answer.status, answer.json()]);
}

describe('runs that are not there', () => {
  it('REST-ERRORS-001 an unknown run is 404 "Run not found", for its metrics as for itself', async () => {
    const answers = await answersTo(...BELOW_A_RUN.map((below) => `/api/runs/20240101_000000_ffffff${below}`));
    expect(answers).toEqual(BELOW_A_RUN.map(() => [404, UNKNOWN_RUN]));
  });

  it('REST-ERRORS-002 a deleted run is 404 "Run not found", in both layouts', async () => {
    for (const layout of ['current', 'legacy'] as const) {
      const { id } = await gateway.serve({ layout, files: { '.deleted': '' }, events: logged('{"step": 1}') });
      const answers = await answersTo(...BELOW_A_RUN.map((below) => `/api/runs/${id}${below}`));
      expect(answers).toEqual(BELOW_A_RUN.map(() => [404, UNKNOWN_RUN]));
    }
  });

  it('REST-ERRORS-003 an id is looked up, never joined to a path', async () => {
    const { id } = await gateway.serve({ path: 'vision', events: logged('{"step": 1}') });
    const inside = [`vision/${id}`, `./${id}`, `../runs/vision/${id}`, `vision/../vision/${id}`];
    const others = ['.', '..', 'vision', 'runs', gateway.storage.root, '\0', `${id}\0`, `${id}/`, 'x'.repeat(5000)];
    const encoded = [...inside, ...others].map((name) => encodeURIComponent(name).replaceAll('.', '%2E'));
    const answers = await answersTo(
      ...encoded.flatMap((name) => BELOW_A_RUN.map((below) => `/api/runs/${name}${below}`)),
    );
    expect(answers).toHaveLength(encoded.length * BELOW_A_RUN.length);
    for (const answer of answers) expect(answer).toEqual([404, UNKNOWN_RUN]);
  });
});

describe('paths that are not there', () => {
  it('REST-ERRORS-004 any other path under /api is 404 "Not Found"', async () => {
    const { id } = await gateway.serve();
    const paths = ['', '/', '/nope', '/health/', '/runs/', '/metrics', '/metrics/cache', '/metrics/cache/stats/x'];
    const below = ['/', '/nope', '/metrics/', '/metrics/x', '/metric', '/metrics_steps', '/logs/', '/Metrics'];
    const all = [...paths, ...below.map((path) => `/runs/${id}${path}`), '/runs/../runs', '/v1/runs'];
    const answers = await answersTo(...all.map((path) => `/api${path}`));
    expect(answers).toEqual(all.map(() => [404, UNKNOWN_PATH]));
  });

  it('REST-ERRORS-005 a plain GET of the path of the log socket is 404', async () => {
    const { id } = await gateway.serve({ files: { 'logs.txt': 'epoch 1\n' } });
    for (const run of [id, 'unknown']) {
      const answer = await ask(`/api/runs/${run}/logs/ws`);
      expect(answer.status).toBe(404);
      expect(answer.json()).toHaveProperty('detail');
    }
  });
});

describe('wrong methods', () => {
  it('REST-ERRORS-006 a wrong method is 405 with Allow, on every path', async () => {
    const { id } = await gateway.serve();
    for (const path of [...pathsOf(id), ...BELOW_A_RUN.map((below) => `/api/runs/${id}${below}`)]) {
      for (const method of OTHER_METHODS) {
        const answer = await ask(path, method);
        expect([path, method, answer.status]).toEqual([path, method, 405]);
        expect(answer.headers.allow?.split(/, ?/).toSorted()).toEqual(['GET', 'HEAD']);
        expect(answer.json()).toHaveProperty('detail');
      }
    }
  });
});

describe('which error comes first', () => {
  it('REST-ERRORS-007 422 is decided before 404', async () => {
    expect((await ask('/api/runs/unknown/metrics?downsample=99')).status).toBe(422);
    expect((await ask('/api/runs/unknown/metrics_step?downsample=abc')).status).toBe(422);
  });

  it('REST-ERRORS-008 405 is decided before 404 and 422', async () => {
    expect((await ask('/api/runs/unknown/metrics', 'POST')).status).toBe(405);
    expect((await ask('/api/runs/unknown', 'DELETE')).status).toBe(405);
    expect((await ask('/api/runs/unknown/metrics_step?downsample=99', 'PUT')).status).toBe(405);
  });
});

describe('every error', () => {
  /** A request for each kind of error that a client can make. */
  const requests: [path: string, method?: string][] = [
    ['/api/runs/unknown/metrics'],
    ['/api/nope'],
    ['/api/runs', 'POST'],
    ['/api/runs/unknown/metrics?downsample=1'],
    ['/api/runs/%zz/metrics'],
    ['/api/runs/%ff'],
  ];

  it('REST-ERRORS-009 every error is JSON with detail', async () => {
    for (const [path, method] of requests) {
      const answer = await ask(path, method);
      expect(Math.trunc(answer.status / 100), path).toBe(4);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(answer.json()).toEqual({ detail: expect.anything() });
    }
  });

  it('REST-ERRORS-010 no error tells a stack trace or a place in the code', async () => {
    const unreadable = await gateway.serve();
    await mkdir(unreadable.events);
    const paths = [...requests.map(([path]) => path), `/api/runs/${unreadable.id}/metrics`];
    for (const path of paths) expect((await ask(path)).body).not.toMatch(/\bat \S+:\d+|node_modules|\.[jt]s\b/);
  });

  it('REST-ERRORS-011 an events file that cannot be read is an error with detail, and spoils no other run', async () => {
    const unreadable = await gateway.serve();
    await mkdir(unreadable.events);
    const answer = await unreadable.get('metrics');
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.json()).toEqual({ detail: expect.stringMatching(/./) });

    const other = await gateway.serve();
    await writeFile(join(other.directory, 'events.jsonl'), logged('{"step": 1}'));
    expect((await other.get('metrics')).status).toBe(200);
  });

  it('REST-ERRORS-012 HEAD is answered with the status of GET and no body', async () => {
    const paths = requests.filter(([, method]) => method === undefined).map(([path]) => path);
    for (const path of paths) {
      const { status } = await ask(path);
      expect(await ask(path, 'HEAD')).toMatchObject({ status, body: '' });
    }
  });
});
