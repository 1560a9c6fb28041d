import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent } from '../support/storage.ts';

it('reports to the operator of which run the events cannot be read, and why', async () => {
  await using storage = await makeStorage();
  await mkdir(join(await storage.addRun('a'), 'events.jsonl'));
  await using gateway = await startTestGateway(storage);
  const answer = await gateway.request('/api/runs/a/metrics');
  expect(answer.status).toBe(500);
  expect(gateway.warnings).toEqual(['GET /api/runs/a/metrics: events.jsonl cannot be read: not a regular file']);
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
    socket.write('GET /api/runs/a/metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
  }
  expect((await gateway.request('/api/runs/a/metrics?downsample=100')).headers['x-row-count']).toBe('100');
  await gateway.close();
  expect(gateway.warnings).toEqual([]);
});
