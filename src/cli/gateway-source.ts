import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { RunNotFound } from '../errors.ts';
import { ConnectionLost, eventStream, reasonOf } from './event-stream.ts';
import { type LogPiece, type RunSource, type RunSummary, resetNotice, type StoredLog, WAITING } from './run-source.ts';

/** Milliseconds between attempts to connect: doubled each time, from the first to the last. */
const FIRST_PAUSE = 200;
const LAST_PAUSE = 5000;

/** GraphQL's Int goes no further. */
const MOST_LINES = 2 ** 31 - 1;

/** The runs that a gateway serves. */
export class GatewaySource implements RunSource {
  readonly name: string;
  /** What each request says beside what it asks. */
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param url without a slash at the end
   * @param token that it asks for, if any
   */
  constructor(url: string, token: string | null) {
    this.name = url;
    this.#headers = token === null ? {} : { authorization: `Bearer ${token}` };
  }

  async listRuns(): Promise<readonly RunSummary[]> {
    const response = await this.#request('/api/runs');
    if (!response.ok) throw unexpected(response);
    const runs = Runs.safeParse(await response.json());
    if (!runs.success) throw new Error(`${response.url} answers with something else than runs`);
    return runs.data.map((run) => ({
      id: run.id,
      status: run.status,
      createdAt: run.created_time,
      path: run.path,
      alias: run.alias,
      bestMetric: run.best_metric_name === null ? null : { name: run.best_metric_name, value: run.best_metric_value },
    }));
  }

  async openLog(runId: string): Promise<StoredLog | undefined> {
    const run = `/api/runs/${encodeURIComponent(runId)}`;
    const head = await this.#request(`${run}/logs`, { method: 'HEAD' });
    if (head.status === 404) {
      const response = await this.#request(run, { method: 'HEAD' });
      if (response.status === 404) throw new RunNotFound(`there is no run ${runId} at ${this.name}`);
      return undefined;
    }
    const size = Number(head.headers.get('content-length') ?? Number.NaN);
    if (!head.ok || !Number.isSafeInteger(size)) throw unexpected(head);
    return { size, read: (from, to) => this.#range(`${run}/logs`, from, to) };
  }

  async *#range(path: string, from: number, to: number): AsyncGenerator<Uint8Array> {
    const response = await this.#request(path, { headers: { range: `bytes=${from}-${to - 1}` } });
    if (response.status !== 206 || response.body === null) throw unexpected(response);
    try {
      yield* response.body;
    } catch (error) {
      throw new Error(`the connection to ${this.name} was lost: ${reasonOf(error)}`, { cause: error });
    }
  }

  async *followLog(runId: string, tail: number | null): AsyncGenerator<LogPiece> {
    if ((await this.openLog(runId)) === undefined) yield WAITING;
    const first = Math.min(tail ?? MOST_LINES, MOST_LINES);
    let after: string | null = null;
    let failures = 0;
    for (;;) {
      let reason = 'the stream ended';
      try {
        for await (const event of this.#subscribe(runId, after, first)) {
          failures = 0;
          if (event.type === 'StreamEnd') return;
          yield event.type === 'StreamReset' ? resetNotice(event.reason) : { lines: event.lines };
          after = event.cursor;
        }
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error;
        reason = error.message;
      }
      if (failures === 0) yield { notice: `the connection to ${this.name} was lost (${reason}), reconnecting` };
      await sleep(Math.min(FIRST_PAUSE * 2 ** failures, LAST_PAUSE));
      failures += 1;
    }
  }

  async *#subscribe(runId: string, after: string | null, tail: number): AsyncGenerator<LogEvent> {
    const messages = eventStream(`${this.name}/graphql`, {
      method: 'POST',
      headers: { ...this.#headers, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: SUBSCRIPTION, variables: { runId, after, tail } }),
    });
    for await (const message of messages) {
      const { data, errors = [] } = Message.parse(JSON.parse(message));
      if (errors.length > 0) throw new Error(`${this.name}: ${errors.map((error) => error.message).join(', ')}`);
      if (data) yield data.logs;
    }
  }

  async #request(path: string, init: RequestParts = {}): Promise<Response> {
    try {
      return await fetch(this.name + path, { ...init, headers: { ...this.#headers, ...init.headers } });
    } catch (error) {
      throw new Error(`cannot reach ${this.name}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

interface RequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function unexpected({ url, status }: Response): Error {
  if (status === 401)
    return new Error(`${url} asks for a token: --token-file FILE or RUNLENS_TOKEN names the right one`);
  return new Error(`${url} answers ${status}, which a gateway would not`);
}

const SUBSCRIPTION = `
subscription ($runId: ID!, $after: String, $tail: Int!) {
  logs(runId: $runId, after: $after, tail: $tail) {
    type: __typename
    ... on LogBatch { lines cursor }
    ... on StreamReset { reason cursor }
  }
}`;

const LogEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('LogBatch'), lines: z.array(z.string()), cursor: z.string() }),
  z.object({ type: z.literal('StreamReset'), reason: z.string(), cursor: z.string() }),
  z.object({ type: z.literal('StreamEnd') }),
]);
type LogEvent = z.infer<typeof LogEvent>;

const Message = z.object({
  data: z.object({ logs: LogEvent }).nullish(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

const Runs = z.array(
  z.object({
    id: z.string(),
    status: z.string(),
    created_time: z.number(),
    path: z.string().nullable(),
    alias: z.string().nullable(),
    best_metric_name: z.string().nullable(),
    best_metric_value: z.number().nullable(),
  }),
);
