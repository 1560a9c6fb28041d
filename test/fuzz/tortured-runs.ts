import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FollowedFile } from '../../src/following/followed-file.ts';
import type { LogEvent } from '../../src/logs/log-event.ts';
import { Logs } from '../../src/logs/logs.ts';
import { EVERYWHERE } from '../support/bounds.ts';
import { type ClientEvent, type LogClient, subscribeOverSse, subscribeOverWebSocket } from '../support/log-clients.ts';
import type { RunlensProcess } from '../support/runlens-process.ts';
import { makeStorage, START } from '../support/storage.ts';
import type { TorturedGateway, TorturedRun } from './log-torture.ts';

/** A run whose log is followed without a network in between. */
export async function bareRun(): Promise<TorturedRun & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'runlens-torture-'));
  const path = join(directory, 'logs.txt');
  let hasEnded = false;
  const gateway = new BareGateway({ path, writerState: async () => (hasEnded ? 'ended' : 'writing') });
  return {
    path,
    gateway,
    async setEnded(value) {
      hasEnded = value;
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

class BareGateway implements TorturedGateway {
  readonly #source: FollowedFile;
  #logs = new Logs(EVERYWHERE);

  constructor(source: FollowedFile) {
    this.#source = source;
  }

  subscribe(options: { readonly after: string | null; readonly tail: number }): LogClient {
    const events = this.#logs.follow(this.#source, options);
    return { next: () => nextOf(events), close: () => void events.return?.() };
  }

  async restart(): Promise<void> {
    this.#logs.close();
    this.#logs = new Logs(EVERYWHERE);
  }

  async close(): Promise<void> {
    this.#logs.close();
  }
}

/** The next event that clients are told of. */
async function nextOf(events: AsyncIterableIterator<LogEvent>): Promise<ClientEvent> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return { type: 'closed', code: 1006, reason: '' };
    switch (value.type) {
      case 'batch':
        return { ...value, lines: [...value.lines], type: 'LogBatch' };
      case 'reset':
        return { type: 'StreamReset', reason: REASONS[value.reason], cursor: value.cursor };
      case 'end':
        return { type: 'StreamEnd', status: 'FINISHED', cursor: value.cursor };
      default:
    }
  }
}

const REASONS = { truncated: 'TRUNCATED', replaced: 'REPLACED', rotated: 'ROTATED' } as const;

const ID = 'tortured';

/** A run that a gateway in a process of its own serves. @param runlens starts the command */
export async function servedRun(
  runlens: (args: readonly string[]) => Promise<RunlensProcess>,
): Promise<TorturedRun & AsyncDisposable> {
  const storage = await makeStorage();
  const directory = await storage.addRun(ID, { status: { status: 'running', started_at: START } });
  const gateway = await ServedGateway.start(() => runlens(['--storage', storage.root, '--port', '0']));
  return {
    path: join(directory, 'logs.txt'),
    gateway,
    async setEnded(hasEnded) {
      const status = { status: hasEnded ? 'finished' : 'running', started_at: START };
      const temporary = join(directory, 'status.json.new');
      await writeFile(temporary, JSON.stringify(status));
      await rename(temporary, join(directory, 'status.json'));
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await storage.remove();
    },
  };
}

class ServedGateway implements TorturedGateway {
  readonly #start: () => Promise<RunlensProcess>;
  #process: RunlensProcess;
  #url: string;
  #subscriptions = 0;

  private constructor(start: () => Promise<RunlensProcess>, process: RunlensProcess, url: string) {
    this.#start = start;
    this.#process = process;
    this.#url = url;
  }

  static async start(start: () => Promise<RunlensProcess>): Promise<ServedGateway> {
    const process = await start();
    return new ServedGateway(start, process, await process.listening());
  }

  subscribe(options: { readonly after: string | null; readonly tail: number }): LogClient {
    const subscribe = this.#subscriptions++ % 2 === 0 ? subscribeOverWebSocket : subscribeOverSse;
    return subscribe(this.#url, { runId: ID, ...options });
  }

  async restart(): Promise<void> {
    await this.close();
    this.#process = await this.#start();
    this.#url = await this.#process.listening();
  }

  async close(): Promise<void> {
    this.#process.signal('SIGKILL');
    await this.#process.ended;
  }
}
