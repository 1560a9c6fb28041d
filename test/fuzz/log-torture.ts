import { setTimeout } from 'node:timers/promises';
import type { ClientEvent, LogClient } from '../support/log-clients.ts';
import { LogHistory } from './log-history.ts';
import { LogHolder } from './log-holder.ts';
import { LogWriter, type WriterHabits } from './log-writer.ts';
import { pause } from './pause.ts';
import { Random } from './random.ts';

/** What serves the log, and can be killed. */
export interface TorturedGateway {
  subscribe(options: { readonly after: string | null; readonly tail: number }): LogClient;
  /** Kills it without a warning, and starts another. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A run that is written to. */
export interface TorturedRun {
  /** Of its log. */
  readonly path: string;
  /** Says that it runs, or has ended. */
  setEnded(hasEnded: boolean): Promise<void>;
  readonly gateway: TorturedGateway;
}

/** So long after the end of the writer. */
const MOST_MS = 20_000;

interface RunState {
  /** Whether all is written that will be, and the run is about to end for good. */
  isOver: boolean;
  /** Whether it had ended, and went on. */
  hasEndedBefore: boolean;
}

/** Writes a log at random, while readers come and go and the gateway is killed. @returns what went wrong */
export async function torture(seed: number, run: TorturedRun): Promise<readonly string[]> {
  const random = new Random(seed);
  const history = new LogHistory();
  const habits: WriterHabits = {
    rotation: random.pick(['rename', 'rename', 'copy']),
    kept: random.chance(0.8) ? Infinity : 1 + random.below(2),
    writesLate: random.chance(0.3),
    voids: random.chance(0.6),
  };
  const mayVoid = habits.voids || habits.rotation === 'copy' || habits.kept < Infinity;
  const writer = new LogWriter(run.path, random.fork(), habits, history);
  const state: RunState = { isOver: false, hasEndedBefore: false };
  const kills = random.chance(0.6);
  const readers = Array.from({ length: 1 + random.below(4) }, () => ({
    holder: new LogHolder(history, random.pick([0, 3, 1000, 2 ** 31 - 1])),
    random: random.fork(),
    log: [] as string[],
  }));
  const reading = readers.map((reader) => read(reader, run.gateway, state).catch((error: unknown) => String(error)));
  await write(writer, run, state, random.fork(), kills);
  const deadline = setTimeout(MOST_MS, 'late' as const, { ref: false });
  await run.setEnded(true);
  const faults = await Promise.all(
    reading.map(async (finished, i) => {
      const outcome = await Promise.race([finished, deadline]);
      const fault = outcome === 'late' ? 'never came to the end' : (outcome ?? readers[i]?.holder.fault(mayVoid));
      return fault === undefined ? [] : [`seed ${seed}, reader ${i}: ${fault}\n  ${readers[i]?.log.join('\n  ')}`];
    }),
  );
  return faults.flat().length > 0 ? [...faults.flat(), JSON.stringify(habits), ...writer.deeds] : [];
}

async function write(
  writer: LogWriter,
  run: TorturedRun,
  state: RunState,
  random: Random,
  kills: boolean,
): Promise<void> {
  await pause(random);
  for (let n = 20 + random.below(60); n > 0; n--) {
    await writer.act();
    await pause(random);
    if (kills && random.chance(0.05)) {
      writer.deeds.push('kill');
      await run.gateway.restart();
    }
    if (random.chance(0.01)) {
      await writer.endLine();
      state.hasEndedBefore = true;
      await run.setEnded(true);
      writer.deeds.push('end');
      await setTimeout(random.below(2000));
      await run.setEnded(false);
    }
  }
  await writer.endLine();
  if (random.chance(0.5)) await writer.beginLine();
  await writer.close();
  state.isOver = true;
}

interface Reader {
  readonly holder: LogHolder;
  readonly random: Random;
  /** What it was told, for who looks into a failure. */
  readonly log: string[];
}

/** Reads by the recipe up to the end, and goes away in between. */
async function read({ holder, random, log }: Reader, gateway: TorturedGateway, state: RunState): Promise<undefined> {
  await pause(random);
  for (;;) {
    const isLast = state.isOver;
    const after = holder.reconnect();
    const client = gateway.subscribe({ after, tail: holder.tail });
    log.push(`subscribe ${readable(after)}`);
    const hasEnded = await readUntilGone(client, { holder, random, log }, state).finally(() => client.close());
    if (hasEnded && !state.isOver && !state.hasEndedBefore) throw new Error('was told of the end too early');
    if (hasEnded && (isLast || !state.hasEndedBefore)) return undefined;
    await pause(random);
  }
}

/** @returns whether the stream came to its end */
async function readUntilGone(client: LogClient, { holder, random, log }: Reader, state: RunState): Promise<boolean> {
  const isSlow = random.chance(0.3);
  const most = random.chance(0.3) ? Infinity : random.below(12);
  for (let taken = 0; taken < most || state.isOver; taken++) {
    const isPatient = most === Infinity || state.isOver;
    const event = await (isPatient ? client.next() : Promise.race([client.next(), patience(random)]));
    if (event === undefined) return false;
    log.push(described(event));
    if (holder.take(event)) return true;
    if (event.type === 'closed' || event.type === 'complete') return false;
    if (isSlow) await pause(random);
  }
  return false;
}

function patience(random: Random): Promise<undefined> {
  return setTimeout(random.below(200), undefined, { ref: false });
}

function described(event: ClientEvent): string {
  if (event.type !== 'LogBatch') return JSON.stringify(event);
  const { lines, firstLine, cursor } = event;
  return `${lines.length} lines from ${firstLine} on, ${JSON.stringify([lines[0], lines.at(-1)].map((line) => line?.slice(0, 20)))} ${readable(cursor)}`;
}

function readable(cursor: string | null): string {
  return cursor === null ? 'from the tail' : Buffer.from(cursor, 'base64url').toString();
}
