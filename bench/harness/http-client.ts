/** A client that keeps its connections: one, where it asks for one answer at a time. */
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';

export interface Answer {
  readonly headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  readonly body: Buffer;
}

export class HttpClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws unless the status is 200 */
  async get(path: string, encoding = 'identity'): Promise<Answer> {
    return bodyOf(await this.open(path, encoding));
  }

  /** Sends a body of JSON. @throws unless the status is 200 */
  async post(path: string, body: string): Promise<Answer> {
    const headers = { 'Accept-Encoding': 'identity', 'Content-Type': 'application/json' };
    return bodyOf(await this.#send(path, { method: 'POST', headers }, body));
  }

  /** Throws the body away. @returns its length */
  async drain(path: string): Promise<number> {
    const response = await this.open(path);
    let bytes = 0;
    response.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    await once(response, 'end');
    return bytes;
  }

  /** @returns an answer whose body has yet to be read */
  open(path: string, encoding = 'identity'): Promise<IncomingMessage> {
    return this.#send(path, { headers: { 'Accept-Encoding': encoding } });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(path: string, options: RequestOptions, body?: string): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(this.#url + path, { ...options, agent: this.#agent }, resolve)
        .on('error', reject)
        .end(body);
    });
    if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}`);
    return response;
  }
}

async function bodyOf(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return { headers: response.headers, body: Buffer.concat(pieces) };
}

/** The path of a run's metrics by steps. @param downsample null: all rows */
export function metricsPath(run: string, downsample: number | null): string {
  return `/api/runs/${run}/metrics_step${downsample === null ? '' : `?downsample=${downsample}`}`;
}
