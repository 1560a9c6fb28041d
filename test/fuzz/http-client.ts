import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Asks over connections that it keeps. */
export class HttpClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true });

  /** Sends `path` with its query as it is. @param url the gateway's, without a slash at the end */
  async ask(url: string, path: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
    const { hostname, port } = new URL(url);
    const outgoing = request({ hostname, port, path, method, headers, agent: this.#agent });
    outgoing.end(body);
    const [response]: unknown[] = await once(outgoing, 'response');
    if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
    return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
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
