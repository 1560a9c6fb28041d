import { stat } from 'node:fs/promises';
import type { RequestHandler } from 'express';
import { DataUnreadable, RunNotFound } from '../../errors.ts';
import type { RunCatalog } from '../../runs/run-catalog.ts';
import { runFiles } from '../../runs/run-files.ts';
import { isAbsence, isPathError } from '../../system-error.ts';
import { isRefusal, sendError } from '../errors.ts';

/** Answers with a run's log as it lies on disk, or the range of it that the request asks for. */
export function answerLogFile(catalog: RunCatalog): RequestHandler<{ id: string }> {
  return async ({ params }, response, next) => {
    const run = await catalog.locate(params.id);
    if (run === undefined) throw new RunNotFound('Run not found');
    const { logs } = runFiles(run.directory);
    if (!(await isThere(logs))) return sendError(response, 'LOG_NOT_FOUND', 'Log not found');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache' };
    response.sendFile(logs, { headers, dotfiles: 'allow', cacheControl: false }, (error?: Error) => {
      // Where the answer has begun, nobody is left to be told: the client went away.
      if (error === undefined || response.headersSent) return;
      if (isRefusal(error) && error.status === 404) sendError(response, 'LOG_NOT_FOUND', 'Log not found');
      else next(error);
    });
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new DataUnreadable(path, 'is not a regular file');
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    if (isPathError(error)) throw new DataUnreadable(path, `cannot be read: ${error.code}`, { cause: error });
    throw error;
  }
}
