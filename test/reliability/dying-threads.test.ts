import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GatewayProcess } from '../fuzz/gateway-process.ts';
import { Inspector } from '../fuzz/inspector.ts';
import { send } from '../support/gateway.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';

const LONG = 200_000;

let storage: TestStorage;
let gateway: GatewayProcess;
beforeEach(async () => {
  storage = await makeStorage();
  const events = (count: number) => Array.from({ length: count }, (_, step) => metricsEvent(step, { loss: step }));
  for (const id of ['first', 'second']) await storage.addRun(id, { events: events(2) });
  await storage.addRun('long', { events: events(LONG) });
  gateway = await GatewayProcess.start(storage.root);
});
afterEach(async () => {
  await gateway.end();
  await storage.remove();
});

it('threads that die take no more with them than what they had in hand', async () => {
  using inspector = await Inspector.connect(gateway.inspectorUrl);
  const ask = async (id: string) => {
    const answer = await send(gateway.url, `/api/runs/${id}/metrics_step?downsample=100`);
    return answer.status === 200 ? Object(answer.json()).total : [answer.status, answer.headers['x-error-code']];
  };
  expect(await ask('first')).toBe(2);
  const long = ask('long');
  expect(await inspector.endThreads()).toBeGreaterThan(0);
  // It may have been between two tasks.
  expect([LONG, [500, 'INTERNAL_SERVER_ERROR']]).toContainEqual(await long);
  // Some may still be dying.
  await vi.waitFor(
    async () => expect(await Promise.all(['first', 'second', 'long'].map(ask))).toEqual([2, 2, LONG]),
    10_000,
  );
  expect(gateway.isAlive).toBe(true);
});
