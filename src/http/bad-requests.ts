import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import {
  BadRequest,
  ERROR_STATUS,
  type ErrorCode,
  HeadersTooLarge,
  RequestTimeout,
  type RunlensError,
} from '../errors.ts';
import type { Traffic } from '../monitoring/traffic.ts';
import type { Connections } from './connections.ts';
import { sendError } from './errors.ts';
import { refuseConnection } from './raw-answer.ts';
import { newRequestId, REQUEST_ID_HEADER, requestId } from './request-id.ts';
import type { WebServer } from './web-server.ts';

interface ReadLimits {
  readonly headerBytes: number;
  readonly requestSeconds: number;
}

/** Answers, as other errors are answered, what cannot be read as a request, is too large to be one, or does not arrive. */
export function answerBadRequests(
  server: WebServer,
  connections: Connections,
  limits: ReadLimits,
  traffic: Traffic,
): void {
  server.on('clientError', (error: Error & { readonly code?: string }, socket: Socket) => {
    // In the middle of another answer nothing can be said.
    if (!socket.writable || connections.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const id = newRequestId();
    const refusal = describe(error, limits);
    tellRefused(traffic, id, socket, refusal.code);
    refuseConnection(socket, id, refusal);
  });
}

/**
 * Passes on requests for a path or a whole address (RFC 9112, section 3.2). Others are refused before they come to Express, which
 * would have Node warn of them on the standard error, and later versions throw.
 */
export function requireTarget(handler: RequestListener, traffic: Traffic): RequestListener {
  return (request, response) => {
    const { url = '', socket } = request;
    if (url.startsWith('/') || url === '*' || URL.canParse(url)) {
      handler(request, response);
      return;
    }
    const { code, message } = new BadRequest('The request is for neither a path nor an address');
    tellRefused(traffic, requestId(request), socket, code);
    response.setHeader('Connection', 'close').setHeader(REQUEST_ID_HEADER, requestId(request));
    sendError(response, code, message);
  };
}

function tellRefused(traffic: Traffic, id: string, { remoteAddress }: Socket, code: ErrorCode): void {
  traffic.emit('refused', { requestId: id, client: remoteAddress, status: ERROR_STATUS[code], code });
}

function describe(
  error: Error & { readonly code?: string },
  { headerBytes, requestSeconds }: ReadLimits,
): RunlensError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HeadersTooLarge(`header: ${headerBytes} bytes are all that the first line and the headers may have`);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeout(
        `seconds: the request takes longer than ${requestSeconds} to arrive, which is all that it may take`,
      );
    default:
      return new BadRequest(`The request is no HTTP: ${error.message}`);
  }
}
