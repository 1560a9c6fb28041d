import type { RequestHandler } from 'express';
import { QueryTimeout } from '../errors.ts';
import type { ReportFault } from '../monitoring/faults.ts';
import { pathOf } from './request-facts.ts';
import { requestId } from './request-id.ts';

/**
 * Has a handler answer in time: a request whose answer has not begun by then is refused. What the handler has under way
 * comes to its end, for those who ask again. An answer that has begun may last, for as long as its client takes.
 *
 * @param report told of failures that come after that
 */
export function withinTime<P extends Record<string, string>>(
  seconds: number,
  handler: RequestHandler<P>,
  report: ReportFault,
): RequestHandler<P> {
  return async (request, response, next) => {
    let isOver = false;
    const timer = setTimeout(() => {
      if (response.headersSent) return;
      isOver = true;
      next(new QueryTimeout(`seconds: the answer takes longer than ${seconds}, which is all that it may take`));
    }, seconds * 1000);
    response.once('close', () => clearTimeout(timer));
    try {
      await handler(request, response, next);
    } catch (error) {
      if (!isOver) throw error;
      if (!isOfSecondAnswer(error))
        report(requestId(request), `${request.method} ${pathOf(request.originalUrl)}`, error);
    }
  };
}

/** Whether it is Node's complaint that an answer is made after another has gone out. */
function isOfSecondAnswer(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_HTTP_HEADERS_SENT';
}
