import type { FileHandle } from 'node:fs/promises';
import type { RequestHandler, Response } from 'express';
import { DataUnreadable, RunNotFound } from '../../errors.ts';
import type { RunCatalog } from '../../runs/run-catalog.ts';
import { runFiles } from '../../runs/run-files.ts';
import { closeBehind, openFile, pathOfOpen, type StorageBounds } from '../../storage/files.ts';
import { isAbsence, isPathError, type SystemError } from '../../system-error.ts';
import { isRefusal, sendError } from '../errors.ts';

const ABOUT_THE_FILE = ['Accept-Ranges', 'Cache-Control', 'Content-Range', 'ETag', 'Last-Modified'];

/** Answers with a run's log as it lies on disk, or the range of it that the request asks for. */
export function answerLogFile(catalog: RunCatalog, bounds: StorageBounds): RequestHandler<{ id: string }> {
  return async ({ params }, response) => {
    const run = await catalog.locate(params.id);
    if (run === undefined) throw new RunNotFound('Run not found');
    const { logs } = runFiles(run.directory);
    const file = await openLog(logs, bounds);
    if (file === undefined) return sendError(response, 'LOG_NOT_FOUND', 'Log not found');
    try {
      await sendFile(response, pathOfOpen(file.fd, logs), logs);
    } finally {
      closeBehind(file);
    }
  };
}

/** Settles when the answer has ended, however it did. */
function sendFile(response: Response, path: string, name: string): Promise<void> {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache' };
  return new Promise((resolve, reject) => {
    response.sendFile(path, { headers, dotfiles: 'allow', cacheControl: false }, (error?: Error) => {
      if (error === undefined) return resolve();
      // Where the answer has begun it cannot be another one: that it is cut short tells, unless the client went away.
      if (response.headersSent) {
        response.destroy();
        return resolve();
      }
      // A range behind the end is refused with what the file's headers say.
      if (isRefusal(error)) return reject(error);
      for (const header of ABOUT_THE_FILE) response.removeHeader(header);
      reject(isPathError(error) ? unreadable(name, error) : error);
    });
  });
}

/** Undefined where there is none. */
async function openLog(path: string, bounds: StorageBounds): Promise<FileHandle | undefined> {
  try {
    return await openFile(path, bounds);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (isPathError(error)) throw unreadable(path, error);
    throw error;
  }
}

function unreadable(path: string, error: SystemError): DataUnreadable {
  return new DataUnreadable(path, error.code, { cause: error });
}
