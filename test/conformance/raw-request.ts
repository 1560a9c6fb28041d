import { once } from 'node:events';
import { type IncomingHttpHeaders, IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it came: coded, if it says so. */
  readonly body: Buffer;
}

/** Asks for a URL and gives the body's bytes. */
export async function bytesOf(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<RawAnswer> {
  const response = await begin(url, headers, method);
  return { status: response.statusCode ?? 0, headers: response.headers, body: await buffer(response) };
}

/** Asks for a URL, and goes away when the first bytes of the body have come. */
export async function firstBytesOf(url: string): Promise<void> {
  const response = await begin(url, {}, 'GET');
  await once(response, 'readable');
  response.destroy();
}

async function begin(url: string, headers: Readonly<Record<string, string>>, method: string): Promise<IncomingMessage> {
  const outgoing = request(url, { method, headers, agent: false });
  outgoing.end();
  const [response]: unknown[] = await once(outgoing, 'response');
  if (!(response instanceof IncomingMessage)) throw new TypeError('no response');
  return response;
}
