import type { FileHandle } from 'node:fs/promises';
import type { RequestHandler, Response } from 'express';
import { DataUnreadable, RunNotFound } from '../../errors.ts';
import type { RunCatalog } from '../../runs/run-catalog.ts';
import { runFiles } from '../../runs/run-files.ts';
import { openFile, pathOfOpen, type StorageBounds } from '../../storage-files.ts';
import { isAbsence, isPathError } from '../../system-error.ts';
import { sendError } from '../errors.ts';

/** Answers with a run's log as it lies on disk, or the range of it that the request asks for. */
export function answerLogFile(catalog: RunCatalog, bounds: StorageBounds): RequestHandler<{ id: string }> {
  return async ({ params }, response) => {
    const run = await catalog.locate(params.id);
    if (run === undefined) throw new RunNotFound('Run not found');
    const { logs } = runFiles(run.directory);
    const file = await openLog(logs, bounds);
    if (file === undefined) return sendError(response, 'LOG_NOT_FOUND', 'Log not found');
    try {
      response.setHeader('X-Content-Type-Options', 'nosniff');
      await sendFile(response, pathOfOpen(file.fd, logs));
    } finally {
      await file.close();
    }
  };
}

/** Settles when the answer has ended, however it did. */
function sendFile(response: Response, path: string): Promise<void> {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache' };
  return new Promise((resolve, reject) => {
    response.sendFile(path, { headers, dotfiles: 'allow', cacheControl: false }, (error?: Error) => {
      // Where the answer has begun, nobody is left to be told: the client went away.
      if (error === undefined || response.headersSent) resolve();
      else reject(error);
    });
  });
}

/** Undefined where there is none. */
async function openLog(path: string, bounds: StorageBounds): Promise<FileHandle | undefined> {
  try {
    return await openFile(path, bounds);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (isPathError(error)) throw new DataUnreadable(path, `cannot be read: ${error.code}`, { cause: error });
    throw error;
  }
}
