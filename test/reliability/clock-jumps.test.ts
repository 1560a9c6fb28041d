import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { type LogClient, subscribeOverWebSocket } from '../support/log-clients.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';

const DAY_MS = 86_400_000;
const ID = 'run';

let storage: TestStorage;
let gateway: TestGateway;
let directory: string;
let log: LogClient;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  storage = await makeStorage();
  directory = await storage.addRun(ID, {
    meta: { hostname: 'elsewhere' },
    status: { status: 'running', started_at: Date.now() / 1000 },
    events: [metricsEvent(1, { loss: 1 })],
    files: { 'logs.txt': 'line 1\n' },
  });
  gateway = await startTestGateway(storage);
  log = subscribeOverWebSocket(gateway.url, { runId: ID, tail: 10 });
});
afterEach(async () => {
  vi.useRealTimers();
  log.close();
  await gateway.close();
  await storage.remove();
});

/** What REST tells of the run. */
async function told(): Promise<object> {
  const metrics = await gateway.request(`/api/runs/${ID}/metrics_step`);
  const run = await gateway.request(`/api/runs/${ID}`);
  return { total: Object(metrics.json()).total, status: Object(run.json()).status };
}

describe.each([
  ['back by a day', -DAY_MS],
  ['on by a day', DAY_MS],
  ['back by thirty years', -30 * 365 * DAY_MS],
  ['on by thirty years', 30 * 365 * DAY_MS],
])('a clock that jumps %s', (_name, ms) => {
  it('keeps nothing that is written from those who follow it, and ends no run', async () => {
    expect(await log.next()).toMatchObject({ lines: ['line 1'] });
    expect(await told()).toEqual({ total: 1, status: 'running' });
    vi.setSystemTime(Date.now() + ms);
    for (const step of [2, 3]) {
      await appendFile(join(directory, 'events.jsonl'), `${JSON.stringify(metricsEvent(step, { loss: step }))}\n`);
      await appendFile(join(directory, 'logs.txt'), `line ${step}\n`);
      expect(await log.next()).toMatchObject({ lines: [`line ${step}`] });
      expect(await told()).toEqual({ total: step, status: 'running' });
      // And back again.
      vi.setSystemTime(Date.now() - ms);
    }
  });
});
