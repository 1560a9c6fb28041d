import { on } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { canInjectFaults, useStorageFaults } from '../support/faulty-storage.ts';
import { send } from '../support/gateway.ts';
import { useRunlens } from '../support/runlens-process.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';

const { runlens } = useRunlens();
const faults = useStorageFaults();

const STUCK = Array.from({ length: 12 }, (_, i) => `stuck-${String(i).padStart(2, '0')}`);
const RUN = { events: [metricsEvent(1, { loss: 1 }), metricsEvent(2, { loss: 0.5 })], files: { 'logs.txt': 'line\n' } };

async function storageOf(...ids: readonly string[]): Promise<TestStorage> {
  const storage = await makeStorage();
  for (const id of ids) await storage.addRun(id, RUN);
  return storage;
}

/** What is said of a run: over REST its metrics, its log and its record. */
const PARTS = ['/metrics_step', '/metrics', '/logs', ''];

async function statusesOf(url: string, id: string): Promise<number[]> {
  const answers = await Promise.all(PARTS.map((part) => send(url, `/api/runs/${id}${part}`)));
  return answers.map(({ status }) => status);
}

function idsIn(list: unknown): string[] {
  if (!Array.isArray(list)) throw new TypeError('not a list');
  return list.map(({ id }) => String(id)).toSorted();
}

/** What a log socket sends, message by message. */
async function* logOf(url: string, id: string): AsyncGenerator<string, void, undefined> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/runs/${id}/logs/ws`);
  try {
    for await (const [message] of on(socket, 'message')) yield String(message);
  } finally {
    socket.terminate();
  }
}

async function firstOfLog(url: string, id: string): Promise<string | undefined> {
  for await (const message of logOf(url, id)) return message;
  return undefined;
}

describe.runIf(canInjectFaults)('a mount that hangs', () => {
  it('keeps no other run waiting, has its own runs told so, and serves them as soon as it answers again', async () => {
    await using storage = await storageOf('well', ...STUCK);
    const fault = faults();
    const mount = join(storage.root, 'runs', 'stuck-');
    fault.mount(mount);
    const gateway = await runlens(['--storage', storage.root, '--port', '0', '--storage-timeout', '1'], fault);
    const url = await gateway.listening();
    const all = ['well', ...STUCK].toSorted();
    expect(idsIn((await send(url, '/api/runs')).json())).toEqual(all);

    const follower = logOf(url, 'stuck-00');
    expect((await follower.next()).value).toBe('line');

    fault.hang(mount);
    const stuck = Promise.all(STUCK.map((id) => statusesOf(url, id)));
    const sockets = Promise.all(STUCK.map((id) => firstOfLog(url, id)));
    // While a dozen of calls and more are under way, none of which has been given up.
    expect(await statusesOf(url, 'well')).toEqual([200, 200, 200, 200]);
    expect((await send(url, '/api/health')).status).toBe(200);
    expect((await send(url, '/')).status).toBe(200);
    expect(await firstOfLog(url, 'well')).toBe('line');
    expect((await follower.next()).value).toBe('[error] the log cannot be read');
    await follower.return();
    expect((await stuck).flat().filter((status) => status !== 504)).toEqual([]);
    expect(await sockets).toEqual(STUCK.map(() => '[error] the log cannot be read'));
    // As they were when they last answered.
    expect(idsIn((await send(url, '/api/runs')).json())).toEqual(all);
    expect(await statusesOf(url, 'well')).toEqual([200, 200, 200, 200]);

    const { headers, body } = await send(url, `/api/runs/${STUCK[0]}/metrics`);
    expect(headers['x-error-code']).toBe('STORAGE_TIMEOUT');
    expect(body).not.toContain(storage.root);

    fault.release();
    for (const id of STUCK) await gateway.complained(new RegExp(`${id} answers again`));
    for (const id of STUCK) await expect.poll(() => statusesOf(url, id)).toEqual([200, 200, 200, 200]);
  });

  it('takes a share of the threads, however few there are: what lies elsewhere is read', async () => {
    await using storage = await storageOf(...STUCK);
    const fault = faults();
    const mount = join(storage.root, 'runs', 'stuck-');
    const env = { ...fault.env, UV_THREADPOOL_SIZE: '8' };
    const gateway = await runlens(['--storage', storage.root, '--port', '0'], { env });
    const url = await gateway.listening();
    await send(url, '/api/runs');
    fault.hang(mount);
    const stuck = Promise.all(STUCK.map((id) => statusesOf(url, id)));
    // The page is read from the disk each time.
    for (let n = 0; n < 20; n++) expect((await send(url, '/')).status).toBe(200);
    fault.release();
    await stuck;
  });

  it('does not keep the gateway from ending', async () => {
    await using storage = await storageOf('stuck');
    const fault = faults();
    const mount = join(storage.root, 'runs', 'stuck');
    fault.mount(mount);
    const gateway = await runlens(['--storage', storage.root, '--port', '0', '--storage-timeout', '1'], fault);
    const url = await gateway.listening();
    expect(await statusesOf(url, 'stuck')).toEqual([200, 200, 200, 200]);
    fault.hang(mount);
    expect(await statusesOf(url, 'stuck')).toEqual([504, 504, 504, 504]);
    gateway.signal('SIGTERM');
    // By the signal: an exit would wait for the thread that is stuck.
    expect(await gateway.ended).toMatchObject({ code: null });
  });
});
