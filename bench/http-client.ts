/** A client of one connection that asks for one answer at a time. */
import { once } from 'node:events';
import { Agent, get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

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
    const response = await this.open(path, encoding);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece);
    return { headers: response.headers, body: Buffer.concat(pieces) };
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
  async open(path: string, encoding = 'identity'): Promise<IncomingMessage> {
    const headers = { 'Accept-Encoding': encoding };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(this.#url + path, { agent: this.#agent, headers }, resolve).on('error', reject);
    });
    if (response.statusCode !== 200) throw new Error(`${path} was answered with ${response.statusCode}`);
    return response;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The path of a run's metrics by steps. @param downsample null: all rows */
export function metricsPath(run: string, downsample: number | null): string {
  return `/api/runs/${run}/metrics_step${downsample === null ? '' : `?downsample=${downsample}`}`;
}
