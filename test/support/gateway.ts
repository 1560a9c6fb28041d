import { once } from 'node:events';
import { type IncomingHttpHeaders, IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type GatewayConfig, startGateway } from '../../src/gateway.ts';
import { type TestLog, testLog } from './test-log.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body's value; throws where it is not JSON. */
  json(): unknown;
}

interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A running gateway on a port of its own. */
export interface TestGateway extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** What the operator was warned of. */
  readonly warnings: readonly string[];
  readonly log: TestLog;
  /** Sends `path` (with its query) exactly as given; node:http neither normalises it nor adds headers of a browser. */
  request(path: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * @param storage the storage or its root
 * @param options what is to be other than for tests: a free loopback port, and a cache of 256 MiB
 */
export async function startTestGateway(
  storage: string | { readonly root: string },
  options: Partial<Omit<GatewayConfig, 'storage' | 'log'>> = {},
): Promise<TestGateway> {
  const log = testLog();
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    cacheBytes: 2 ** 28,
    ...options,
    storage: typeof storage === 'string' ? storage : storage.root,
    log: log.log,
  });
  const close = () => gateway.close();
  return {
    url: gateway.url,
    get warnings() {
      return log.warnings;
    },
    log,
    request: (path, requestOptions) => send(gateway.url, path, requestOptions),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Sends `path` to the server at `url`, as TestGateway.request does it. */
export async function send(
  url: string,
  path: string,
  { method = 'GET', headers = {}, body }: RequestOptions = {},
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const outgoing = request({ hostname, port, path, method, headers, agent: false });
  outgoing.end(body);
  const [response]: unknown[] = await once(outgoing, 'response');
  if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
  const answer = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: answer,
    json: (): unknown => JSON.parse(answer),
  };
}
