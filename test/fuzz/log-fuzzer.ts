import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  type ClientEvent,
  connectLegacy,
  type LogClient,
  subscribeOverSse,
  subscribeOverWebSocket,
} from '../support/log-clients.ts';
import { makeStorage, START, type TestStorage } from '../support/storage.ts';
import { Fault, type Fuzzer } from './fuzzer.ts';
import { GatewayProcess } from './gateway-process.ts';
import { Handles } from './handles.ts';
import { HttpClient } from './http-client.ts';
import { linesIn } from './log-history.ts';
import { LogPages } from './log-pages.ts';
import { logSeed } from './log-seeds.ts';
import type { Random } from './random.ts';

/** The last line, by which readers know that they have all. */
const LAST = 'the end of this log';
const MOST_MS = 10_000;
const MOST_EXISTING = 10_000;

/** Mutated logs that grow piece by piece, against the lines that are in them by the plain rules. */
export async function logFuzzer(): Promise<Fuzzer> {
  const storage = await makeStorage();
  // One run stays: the directory above the others is watched before and behind.
  await storage.addRun('stays');
  const gateway = await GatewayProcess.start(storage.root);
  const client = new HttpClient();
  await client.ask(gateway.url, '/api/runs');
  return new LogFuzzer(storage, gateway, client, await Handles.of(gateway));
}

class LogFuzzer implements Fuzzer {
  readonly #storage: TestStorage;
  readonly #gateway: GatewayProcess;
  readonly #handles: Handles;
  readonly #client: HttpClient;
  #runs = 0;

  constructor(storage: TestStorage, gateway: GatewayProcess, client: HttpClient, handles: Handles) {
    this.#storage = storage;
    this.#gateway = gateway;
    this.#client = client;
    this.#handles = handles;
  }

  async round(random: Random): Promise<number> {
    const run = `run-${this.#runs++}`;
    const { url } = this.#gateway;
    const directory = await this.#storage.addRun(run, {
      meta: { created_at: START, hostname: 'elsewhere' },
      status: { status: 'running', started_at: START },
      files: { 'logs.txt': '' },
    });
    const path = join(directory, 'logs.txt');
    const log = logSeed(random);
    const whole = Buffer.concat([log, Buffer.from(log.at(-1) === 0x0a ? '' : '\n'), Buffer.from(`${LAST}\n`)]);
    const pieces = [...cut(log, random), whole.subarray(log.length)];
    const pages = new LogPages(this.#client, url, run);
    const readers: (() => Promise<void>)[] = [];
    let written = 0;
    try {
      for (const piece of pieces) {
        if (random.chance(0.4)) {
          const finished = finishedLines(whole, written).length;
          readers.push(await beginReading(readingOf(url, run, random), linesIn(whole), finished));
        }
        await appendFile(path, piece);
        written += piece.length;
        await pages.check(finishedLines(whole, written), random);
      }
      const file = await this.#client.ask(url, `/api/runs/${run}/logs`);
      if (!file.body.equals(whole)) throw new Fault('the file is served otherwise than it lies on disk');
      await Promise.all(readers.map((readOn) => readOn()));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(
        `${error.message.slice(0, 2000)}\nthe log: ${JSON.stringify(whole.toString('latin1').slice(0, 4000))}`,
      );
    }
    await rm(directory, { recursive: true });
    return pieces.length + readers.length;
  }

  async finish(): Promise<void> {
    await this.#handles.checkReturned();
    const { complaints } = this.#gateway;
    if (complaints.length > 0) throw new Fault(`it complained: ${complaints.join('\n')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.#gateway.end();
    await this.#storage.remove();
  }
}

function finishedLines(log: Buffer, written: number): readonly string[] {
  const end = log.subarray(0, written).lastIndexOf(0x0a) + 1;
  return linesIn(log.subarray(0, end));
}

function cut(log: Buffer, random: Random): readonly Buffer[] {
  const cuts = Array.from({ length: random.below(5) }, () => random.below(log.length + 1));
  const bounds = [0, ...cuts, log.length].toSorted((a, b) => a - b);
  return bounds.slice(1).map((to, i) => log.subarray(bounds[i], to));
}

/** How someone reads a log from its start, or from where it has come to. */
interface Reading {
  /** Connects, at first and again. */
  readonly connect: (after: string | null) => LogClient;
  /** By the log socket, which sends no blank lines and has no cursors. */
  readonly isLegacy: boolean;
  /** After how many events it goes away, to come back with its cursor. */
  readonly stays: number;
  readonly tail: number;
}

function readingOf(url: string, run: string, random: Random): Reading {
  const tail = random.pick([0, 1, 5, 1000, 2 ** 31 - 1]);
  if (random.chance(0.3)) {
    return { connect: () => connectLegacy(url, { runId: run }), isLegacy: true, stays: Infinity, tail: MOST_EXISTING };
  }
  const subscribe = random.chance(0.5) ? subscribeOverSse : subscribeOverWebSocket;
  const connect = (after: string | null) => subscribe(url, { runId: run, after, tail });
  return { connect, isLegacy: false, stays: random.chance(0.5) ? Infinity : 1 + random.below(3), tail };
}

/**
 * Connects and waits for the first event, which shows that the gateway has seen the log as it is now.
 *
 * @param lines all that there will be
 * @param finished how many of them there are
 * @returns what reads on to the last line; throws a Fault where lines are not those
 */
async function beginReading(
  reading: Reading,
  lines: readonly string[],
  finished: number,
): Promise<() => Promise<void>> {
  const client = reading.connect(null);
  if (reading.isLegacy) {
    const shown = lines.filter((line) => line.trim() !== '');
    // It may have come at any time: it is told the last lines of those that there were then.
    return async () =>
      compare(await readToEnd(reading, client), shown, Math.min(shown.length, MOST_EXISTING), shown.length);
  }
  const first = await client.next();
  const due = lines.length - Math.max(0, finished - reading.tail);
  return async () => compare(await readToEnd(reading, client, first), lines, due, due);
}

async function readToEnd(reading: Reading, begun: LogClient, first?: ClientEvent): Promise<readonly string[]> {
  const late = setTimeout(MOST_MS, 'late' as const, { ref: false });
  const held: string[] = [];
  let cursor: string | null = null;
  let client = begun;
  let event: ClientEvent | 'late' = first ?? (await Promise.race([client.next(), late]));
  try {
    for (let heard = 1; ; heard++) {
      if (event === 'late') throw new Fault(`a reader has ${held.length} lines, and is told no more`);
      if (event.type === 'frame') {
        // A line of the log may look like a frame of the gateway's.
        if (!event.text.startsWith('[info] Showing the last')) held.push(event.text);
      } else if (event.type === 'LogBatch') {
        held.push(...event.lines);
        cursor = event.cursor;
      } else throw new Fault(`a reader was told ${JSON.stringify(event)}`);
      if (held.at(-1) === LAST) return held;
      if (heard % reading.stays === 0) {
        client.close();
        client = reading.connect(cursor);
      }
      event = await Promise.race([client.next(), late]);
    }
  } finally {
    client.close();
  }
}

/** Whether these are the last of the lines, and as many as they should be. Throws a Fault. */
function compare(held: readonly string[], lines: readonly string[], least: number, most: number): void {
  const due = lines.slice(lines.length - held.length);
  const wrong = held.findLastIndex((line, i) => line !== due[i]);
  if (wrong >= 0)
    throw new Fault(`a reader got ${JSON.stringify(held[wrong])} in place of ${JSON.stringify(due[wrong])}`);
  if (held.length < least || held.length > most)
    throw new Fault(`a reader got ${held.length} lines in place of ${least}`);
}
