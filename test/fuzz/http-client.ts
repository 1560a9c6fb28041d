import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Without its content coding. */
  readonly body: Buffer;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What is read of a stream of events, which may have no end. */
const STREAM_MS = 30;

/** Asks over connections that it keeps. */
export class HttpClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true });

  /** Sends `path` with its query as it is. @param url the gateway's, without a slash at the end */
  async ask(url: string, path: string, question: Question = {}): Promise<Answer> {
    const { method = 'GET', headers = {} } = question;
    const { hostname, port } = new URL(url);
    const outgoing = request({ hostname, port, path, method, headers, agent: this.#agent });
    outgoing.end(question.body);
    const [response]: unknown[] = await once(outgoing, 'response');
    if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
    const isEndless = response.headers['content-type']?.startsWith('text/event-stream') === true;
    const body = await (isEndless ? startOf(response) : buffer(response));
    const coding = isEndless || body.length === 0 ? undefined : response.headers['content-encoding'];
    return { status: response.statusCode ?? 0, headers: response.headers, body: decode(body, coding) };
  }

  /** The `data` of an operation. Throws where it has errors. */
  async graphql(url: string, query: string, variables: object = {}): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const { body } = await this.ask(url, '/graphql', {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors }: { data?: unknown; errors?: unknown } = JSON.parse(body.toString());
    if (errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`);
    return data;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

function decode(body: Buffer, coding: string | undefined): Buffer {
  if (coding === undefined) return body;
  if (coding === 'br') return brotliDecompressSync(body);
  if (coding === 'gzip') return gunzipSync(body);
  throw new TypeError(`a content coding that nobody asked for: ${coding}`);
}

/** What came within a short while. */
async function startOf(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const timer = setTimeout(() => stream.destroy(), STREAM_MS);
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('error', () => undefined);
  await once(stream, 'close');
  clearTimeout(timer);
  return Buffer.concat(pieces);
}
