import { once } from 'node:events';
import { get, IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';

const STEPS = 30_000;
/** With it the answer is larger than what the system buffers for a client that does not read. */
const note = 'x'.repeat(700);

let storage: TestStorage;
let gateway: TestGateway;

beforeAll(async () => {
  storage = await makeStorage();
  const events = Array.from({ length: STEPS }, (_, step) => metricsEvent(step, { loss: step / 7, note }));
  await storage.addRun('large', { events });
  gateway = await startTestGateway(storage);
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
});

it('stops writing when the client goes away, and reports nothing', async () => {
  const outgoing = get(`${gateway.url}/api/runs/large/metrics_step`);
  const [response]: unknown[] = await once(outgoing, 'response');
  if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
  await once(response, 'data');
  response.destroy();
  await once(response, 'close');
  expect((await gateway.request('/api/runs/large/metrics_step?downsample=100')).status).toBe(200);
  expect(gateway.warnings).toEqual([]);
});

it('writes a whole run as fast as a client takes it, each row once and in order', async () => {
  const { body } = await gateway.request('/api/runs/large/metrics_step');
  const { rows }: { rows: { global_step: number }[] } = JSON.parse(body);
  expect(rows.map((row) => row.global_step)).toEqual(Array.from({ length: STEPS }, (_, step) => step));
});
