import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../fuzz/random.ts';
import { startTestGateway } from '../support/gateway.ts';
import { type ClientEvent, connectLegacy, subscribeOverSse, subscribeOverWebSocket } from '../support/log-clients.ts';
import { makeStorage, START } from '../support/storage.ts';

const ID = 'crowded';
const LINES = Array.from({ length: 20_000 }, (_, i) => `${i + 1} é漢😀${'.'.repeat(i % 17)}`);
const SUBSCRIBERS = 20;
const TAILS = [0, 1, 1000, LINES.length] as const;
const LEGACY_TAIL = 10_000;

/** How far the log has come. */
interface Progress {
  /** Of these all bytes are written. */
  lines: number;
}

/** What someone received, up to the last line, and how many lines there were when it asked and when it was answered. */
interface Reading {
  readonly tail: number;
  readonly lines: readonly string[];
  readonly atFirst: number;
  readonly atAnswer: number;
}

it('20 000 lines that come in pieces reach each of 20 subscribers once and in order from where it joined', async () => {
  await using storage = await makeStorage();
  const status = { status: 'running', started_at: START };
  const directory = await storage.addRun(ID, { status, files: { 'logs.txt': '' } });
  await using gateway = await startTestGateway(storage);
  const progress: Progress = { lines: 0 };
  const readings: Promise<Reading>[] = [];
  await writeInPieces(join(directory, 'logs.txt'), progress, () => {
    const due = 1 + Math.floor((progress.lines / LINES.length) * SUBSCRIBERS);
    while (readings.length < Math.min(due, SUBSCRIBERS))
      readings.push(subscribe(gateway.url, readings.length, progress));
  });
  expect(readings).toHaveLength(SUBSCRIBERS);
  for (const { tail, lines, atFirst, atAnswer } of await Promise.all(readings)) {
    const start = LINES.length - lines.length;
    expect(lines).toEqual(LINES.slice(start));
    expect(start).toBeGreaterThanOrEqual(Math.max(0, atFirst - tail));
    expect(start).toBeLessThanOrEqual(Math.max(0, atAnswer - tail));
  }
});

/** Cuts inside lines and characters. @param wrote called after each piece */
async function writeInPieces(path: string, progress: Progress, wrote: () => void): Promise<void> {
  const random = new Random(1);
  const bytes = Buffer.from(LINES.map((line) => `${line}\n`).join(''));
  const file = await open(path, 'a');
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + 1 + random.below(random.pick([10, 300, 5000])));
    const piece = bytes.subarray(from, to);
    await file.appendFile(piece);
    for (const byte of piece) if (byte === 0x0a) progress.lines++;
    from = to;
    wrote();
  }
  await file.close();
}

/** @param number decides what kind of subscriber it is */
async function subscribe(url: string, number: number, progress: Progress): Promise<Reading> {
  const isLegacy = number % 3 === 2;
  const tail = isLegacy ? LEGACY_TAIL : (TAILS[number % TAILS.length] ?? 0);
  const connect = isLegacy ? connectLegacy : number % 3 === 1 ? subscribeOverSse : subscribeOverWebSocket;
  const atFirst = progress.lines;
  const client = connect(url, { runId: ID, tail });
  const lines = linesOf(await client.next());
  const atAnswer = progress.lines;
  while (lines.at(-1) !== LINES.at(-1)) lines.push(...linesOf(await client.next()));
  client.close();
  return { tail, lines, atFirst, atAnswer };
}

function linesOf(event: ClientEvent): string[] {
  if (event.type === 'frame') return event.text.startsWith('[info] ') ? [] : [event.text];
  if (event.type !== 'LogBatch') throw new Error(`unexpected: ${JSON.stringify(event)}`);
  const { lines, firstLine } = event;
  if (firstLine !== null && lines.length > 0) expect(lines[0]).toBe(LINES[firstLine - 1]);
  return lines;
}
