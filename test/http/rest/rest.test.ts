import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestGateway } from '../../support/gateway.ts';
import { makeStorage, metricsEvent } from '../../support/storage.ts';

it('reports to the operator of which run the events cannot be read, and why', async () => {
  await using storage = await makeStorage();
  const events = join(await storage.addRun('a'), 'events.jsonl');
  await mkdir(events);
  await using gateway = await startTestGateway(storage);
  const answer = await gateway.request('/api/runs/a/metrics');
  expect(answer.status).toBe(500);
  expect(answer.json()).toEqual({ detail: 'events.jsonl cannot be read: not a regular file' });
  expect(await gateway.log.logged({ level: 'error' })).toMatchObject({
    requestId: answer.headers['x-request-id'],
    msg: 'GET /api/runs/a/metrics: events.jsonl cannot be read: not a regular file',
    file: events,
    code: 'DATA_UNREADABLE',
  });
  expect(gateway.warnings).toHaveLength(1);
});

it('serves on when a client leaves in the middle of an answer, which is nothing to report', async () => {
  await using storage = await makeStorage();
  // More than fits into the buffers between the two.
  const note = 'x'.repeat(1000);
  await storage.addRun('a', { events: Array.from({ length: 20_000 }, (_, i) => metricsEvent(i, { note })) });
  const gateway = await startTestGateway(storage);
  const { hostname, port } = new URL(gateway.url);
  for (let i = 0; i < 3; i++) {
    const socket = connect(Number(port), hostname);
    socket.write('GET /api/runs/a/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
  }
  expect((await gateway.request('/api/runs/a/metrics?downsample=100')).headers['x-row-count']).toBe('100');
  await gateway.close();
  expect(gateway.warnings).toEqual([]);
});

it('tells the code of every error in a header, and none where all is well', async () => {
  await using storage = await makeStorage();
  await mkdir(join(await storage.addRun('a'), 'events.jsonl'));
  await storage.addRun('b', { files: { 'logs.txt': 'line\n' } });
  await using gateway = await startTestGateway(storage);
  const codeOf = async (path: string, method = 'GET', headers = {}) =>
    (await gateway.request(path, { method, headers })).headers['x-error-code'];
  expect(await codeOf('/api/runs/b')).toBeUndefined();
  expect(await codeOf('/nope')).toBe('NOT_FOUND');
  expect(await codeOf('/api/nope')).toBe('NOT_FOUND');
  expect(await codeOf('/api/runs/nope', 'HEAD')).toBe('RUN_NOT_FOUND');
  expect(await codeOf('/api/runs/a/logs')).toBe('LOG_NOT_FOUND');
  expect(await codeOf('/api/runs/b/logs', 'GET', { range: 'bytes=9-' })).toBe('RANGE_NOT_SATISFIABLE');
  expect(await codeOf('/api/runs/b/logs', 'GET', { 'if-match': '"other"' })).toBe('PRECONDITION_FAILED');
  expect(await codeOf('/api/runs/a', 'PUT')).toBe('METHOD_NOT_ALLOWED');
  expect(await codeOf('/api/runs/%zz')).toBe('BAD_REQUEST');
  expect(await codeOf('/api/runs/a/metrics?downsample=1')).toBe('BAD_USER_INPUT');
  expect(await codeOf('/api/runs/a/metrics')).toBe('DATA_UNREADABLE');
});
