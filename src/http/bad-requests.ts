import type { Socket } from 'node:net';
import { BadRequest, ERROR_STATUS, HeadersTooLarge, RequestTimeout, type RunlensError } from '../errors.ts';
import type { Traffic } from '../monitoring/traffic.ts';
import type { Connections } from './connections.ts';
import { refuseConnection } from './raw-answer.ts';
import { newRequestId } from './request-id.ts';
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
    const requestId = newRequestId();
    const refusal = describe(error, limits);
    const { code } = refusal;
    traffic.emit('refused', { requestId, client: socket.remoteAddress, status: ERROR_STATUS[code], code });
    refuseConnection(socket, requestId, refusal);
  });
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
