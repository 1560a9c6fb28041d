import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERROR_STATUS, type RunlensError } from '../errors.ts';
import { ERROR_CODE_HEADER, errorHeaders } from './errors.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

/** Answers with an error, and ends the connection, where there is no response to answer by. @param id of the request */
export function refuseConnection(transport: Duplex, id: string, error: RunlensError): void {
  const { code, message } = error;
  const status = ERROR_STATUS[code];
  const body = JSON.stringify({ detail: message });
  const all = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    [REQUEST_ID_HEADER]: id,
    [ERROR_CODE_HEADER]: code,
    ...errorHeaders(error),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
  // Some clients never close their side.
  transport.end(head + body, () => transport.destroy());
}
