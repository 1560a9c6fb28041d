import { RunNotFound } from '../errors.ts';
import { Logs } from '../logs/logs.ts';
import { growingFile } from '../runs/growing-file.ts';
import type { RunLocation } from '../runs/layout.ts';
import { RunCatalog } from '../runs/run-catalog.ts';
import { openFile, type StorageBounds } from '../storage/files.ts';
import { isAbsence } from '../system-error.ts';
import { type LogPiece, type RunSource, type RunSummary, resetNotice, type StoredLog, WAITING } from './run-source.ts';

/** The runs of a storage root. */
export class StorageSource implements RunSource {
  readonly name: string;
  readonly #bounds: StorageBounds;
  readonly #catalog: RunCatalog;

  constructor(bounds: StorageBounds, warn: (message: string) => void) {
    this.name = bounds.root;
    this.#bounds = bounds;
    this.#catalog = new RunCatalog(bounds, warn);
  }

  listRuns(): Promise<readonly RunSummary[]> {
    return this.#catalog.list();
  }

  async openLog(runId: string): Promise<StoredLog | undefined> {
    const { path } = growingFile(this.#catalog, await this.#locate(runId), 'logs');
    try {
      // Open until the program ends.
      const file = await openFile(path, this.#bounds);
      const { size } = await file.stat();
      return { size, read: (from, to) => file.createReadStream({ start: from, end: to - 1, autoClose: false }) };
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  async *followLog(runId: string, tail: number | null): AsyncGenerator<LogPiece> {
    const log = growingFile(this.#catalog, await this.#locate(runId), 'logs');
    for await (const event of new Logs(this.#bounds).follow(log, { tail: tail ?? Number.MAX_SAFE_INTEGER })) {
      if (event.type === 'end') return;
      if (event.type === 'batch') yield { lines: event.lines };
      if (event.type === 'reset') yield resetNotice(event.reason);
      if (event.type === 'absent') yield WAITING;
    }
  }

  async #locate(runId: string): Promise<RunLocation> {
    const location = await this.#catalog.locate(runId);
    if (location === undefined) throw new RunNotFound(`there is no run ${runId} in ${this.name}`);
    return location;
  }
}
