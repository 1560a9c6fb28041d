import { ERROR_STATUS } from '../../src/errors.ts';
import { Fault } from './fuzzer.ts';
import type { Answer } from './http-client.ts';

const CODES: ReadonlyMap<string, number> = new Map(Object.entries(ERROR_STATUS));
/** Nothing that a client asks for may lead there: all that is served can be read, and nothing takes long. */
const NEVER: ReadonlySet<string> = new Set(['INTERNAL_SERVER_ERROR', 'DATA_UNREADABLE', 'QUERY_TIMEOUT']);

/** Holds an answer over HTTP against what every answer promises. Throws a Fault. */
export function judgeAnswer({ status, headers, body }: Answer): void {
  const text = body.toString();
  const complain = (what: string) => {
    throw new Fault(`${what}: ${status} ${JSON.stringify(headers)} ${text.slice(0, 1000)}`);
  };
  if (headers['x-request-id'] === undefined) complain('no request id');
  if (status >= 500) complain('an error of the gateway');
  const code = headers['x-error-code'];
  if (code !== undefined && CODES.get(String(code)) !== status) complain('a code of another status');
  const type = headers['content-type'] ?? '';
  if (type.includes('json') && text !== '') judgeJson(text);
  if (type.startsWith('text/event-stream'))
    for (const [, data = ''] of text.matchAll(/^data: (.+)\n\n/gm)) judgeJson(data);
}

/** Holds a result of GraphQL, or any other JSON, against what they promise. Throws a Fault. */
function judgeJson(text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault(`no JSON: ${text.slice(0, 1000)}`);
  }
  judgeErrors(Object(value).errors);
}

/** Holds the errors of GraphQL against their table. @param errors undefined where there are none. Throws a Fault. */
export function judgeErrors(errors: unknown): void {
  if (errors === undefined) return;
  const list = Array.isArray(errors) ? errors : [];
  const isTold =
    list.length > 0 && list.every((error) => typeof error?.message === 'string' && isCode(error.extensions?.code));
  if (!isTold) throw new Fault(`errors that clients cannot tell apart: ${JSON.stringify(errors).slice(0, 1000)}`);
}

function isCode(code: unknown): boolean {
  return typeof code === 'string' && CODES.has(code) && !NEVER.has(code);
}
