import { once } from 'node:events';
import { type IncomingHttpHeaders, IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { startGateway } from '../../src/gateway.ts';
import { type AccessConfig, OPEN } from '../../src/http/access/access.ts';
import type { CertificateFiles } from '../../src/http/certificate.ts';
import type { Limits } from '../../src/http/limits/limits.ts';

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
  /** What the operator was told. */
  readonly warnings: readonly string[];
  /** Sends `path` (with its query) exactly as given; node:http neither normalises it nor adds headers of a browser. */
  request(path: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

/** @param storage the storage or its root */
export async function startTestGateway(
  storage: string | { readonly root: string },
  {
    access = OPEN,
    cacheBytes = 2 ** 28,
    hardened = false,
    page = true,
    port = 0,
    tls = null,
    limits = {},
    trustedProxies = [],
  }: {
    readonly access?: AccessConfig;
    readonly cacheBytes?: number;
    readonly hardened?: boolean;
    readonly page?: boolean;
    readonly port?: number;
    readonly tls?: CertificateFiles | null;
    readonly limits?: Partial<Limits>;
    readonly trustedProxies?: readonly string[];
  } = {},
): Promise<TestGateway> {
  const warnings: string[] = [];
  const gateway = await startGateway({
    storage: typeof storage === 'string' ? storage : storage.root,
    host: '127.0.0.1',
    port,
    tls,
    limits,
    trustedProxies,
    access,
    cacheBytes,
    hardened,
    page,
    warn: (message) => warnings.push(message),
  });
  const close = () => gateway.close();
  return {
    url: gateway.url,
    warnings,
    request: (path, options) => send(gateway.url, path, options),
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
