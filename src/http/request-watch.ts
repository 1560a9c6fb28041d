import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { type ErrorCode, isErrorCode } from '../errors.ts';
import type { Traffic } from '../monitoring/traffic.ts';
import { ERROR_CODE_HEADER } from './errors.ts';
import type { Clients } from './limits/clients.ts';
import { factsOf, pathOf } from './request-facts.ts';
import { requestId } from './request-id.ts';

/** Tells of each request when it is over, however it ends. */
export function watchRequests(traffic: Traffic, clients: Clients): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    const { socket, method, originalUrl } = request;
    // Later its connection may be closed.
    const client = clients.addressOf(request);
    const writtenBefore = socket.bytesWritten;
    let isAborted = true;
    // What is left of an answer when its client goes away counts as written, too.
    response.once('finish', () => {
      isAborted = socket.destroyed;
    });
    response.once('close', () => {
      const { isStream = false, ...facts } = factsOf(request);
      traffic.emit('request', {
        requestId: requestId(request),
        client,
        method,
        path: pathOf(originalUrl),
        status: response.headersSent ? response.statusCode : null,
        code: codeIn(response),
        ...facts,
        isAborted,
        isStream,
        bytes: socket.bytesWritten - writtenBefore,
        milliseconds: performance.now() - began,
      });
    });
    next();
  };
}

function codeIn(response: ServerResponse): ErrorCode | undefined {
  const code = response.getHeader(ERROR_CODE_HEADER);
  return isErrorCode(code) ? code : undefined;
}
