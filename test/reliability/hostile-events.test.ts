import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../support/gateway.ts';
import { type RunlensProcess, useRunlens } from '../support/runlens-process.ts';
import { eventLines, makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';

const MEBIBYTE = 2 ** 20;
const EVENT = eventLines([metricsEvent(1, { loss: 1 })]);
const ROWS = { rows: [{ global_step: 1, loss: 1 }] };
/** What the gateway may take in memory more than before, whatever it reads. */
const MOST_GROWTH = 300 * MEBIBYTE;

const { runlens } = useRunlens();
let storage: TestStorage;
let gateway: RunlensProcess;
let url = '';

beforeAll(async () => {
  storage = await makeStorage();
  await storage.addRun('well', { events: EVENT, files: { 'logs.txt': 'line\n' } });
  gateway = await runlens(['--storage', storage.root, '--port', '0']);
  url = await gateway.listening();
});
afterAll(() => storage.remove());

/** The most memory that the gateway has had so far, in bytes; 0 where the system does not tell. */
function peak(): number {
  if (process.platform !== 'linux') return 0;
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** The answer about a run, while another run is asked for again and again. */
async function whileOthersAreAnswered(id: string) {
  const state = { isOver: false };
  const before = peak();
  const answer = send(url, `/api/runs/${id}/metrics_step`).finally(() => (state.isOver = true));
  do expect((await send(url, '/api/runs/well/metrics_step')).json()).toMatchObject(ROWS);
  while (!state.isOver);
  expect(peak() - before).toBeLessThan(MOST_GROWTH);
  return answer;
}

describe('an events file', () => {
  it('of 20 GB is refused, at once', async () => {
    const directory = await storage.addRun('vast', { events: EVENT });
    await truncate(join(directory, 'events.jsonl'), 20e9);
    const { status, headers } = await whileOthersAreAnswered('vast');
    expect([status, headers['x-error-code']]).toEqual([507, 'RUN_TOO_LARGE']);
    // Another one in its place is read.
    await writeFile(join(directory, 'events.jsonl'), EVENT);
    expect((await whileOthersAreAnswered('vast')).json()).toMatchObject(ROWS);
  });

  it('without a byte holds nothing', async () => {
    await storage.addRun('empty', { events: '' });
    expect((await whileOthersAreAnswered('empty')).json()).toMatchObject({ rows: [] });
  });

  it('of random bytes holds the event behind them', async () => {
    await storage.addRun('random', { events: Buffer.concat([randomBytes(16 * MEBIBYTE), Buffer.from(`\n${EVENT}`)]) });
    expect((await whileOthersAreAnswered('random')).json()).toMatchObject(ROWS);
  });

  it('with a line of 256 MiB holds the events before and behind it', async () => {
    const directory = await storage.addRun('long', { events: EVENT });
    const file = join(directory, 'events.jsonl');
    await truncate(file, 256 * MEBIBYTE);
    await appendFile(file, `\n${eventLines([metricsEvent(2, { loss: 2 })])}`);
    expect((await whileOthersAreAnswered('long')).json()).toMatchObject({
      rows: [...ROWS.rows, { global_step: 2, loss: 2 }],
    });
  });

  it('with a line of 64 MiB that is an event but for its length holds the others', async () => {
    const long = eventLines([metricsEvent(2, { loss: 2, text: 'x'.repeat(64 * MEBIBYTE) })]);
    await storage.addRun('wordy', { events: `${EVENT}${long}` });
    expect((await whileOthersAreAnswered('wordy')).json()).toMatchObject(ROWS);
  });
});
