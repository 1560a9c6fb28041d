import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/** Names a request, to its client and in the operator's log. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** What may be taken over from a client: safe in a header and in a line of a log. */
const SANE = /^[\w.~:+/=@-]{1,128}$/;

const ids = new WeakMap<IncomingMessage, string>();

/** The id of a request: the one that its client or a proxy gave it, or else one of our own. */
export function requestId(request: IncomingMessage): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && SANE.test(given) ? given : newRequestId();
  ids.set(request, id);
  return id;
}

/** An id that no other request has: 64 random bits in hexadecimal digits. */
export function newRequestId(): string {
  // Node has bytes for these ready; to ask the system for eight takes several times as long. Its version is in the middle.
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(-8);
}

/** Has every answer tell the id of its request. */
export const tellRequestId: RequestHandler = (request, response, next) => {
  response.setHeader(REQUEST_ID_HEADER, requestId(request));
  next();
};
