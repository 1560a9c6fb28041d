import { appendFile, mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventLines, START, type TestStorage } from '../../../support/storage.ts';

/** A run that trains as long as the test lets it. */
export interface LiveTestRun {
  log(...events: readonly object[]): Promise<void>;
  /** Writes another file in place of what was logged. */
  rewrite(...events: readonly object[]): Promise<void>;
  /** Until it is written again. */
  makeUnreadable(): Promise<void>;
  end(): Promise<void>;
}

/** A run that says it is running, on another machine: nobody can see that it has no process. */
export async function addLiveRun(storage: TestStorage, id: string, events: readonly object[]): Promise<LiveTestRun> {
  const meta = { id, path: null, alias: `the ${id}`, created_at: START, hostname: 'elsewhere' };
  const directory = await storage.addRun(id, { meta, status: { status: 'running', started_at: START }, events });
  const file = join(directory, 'events.jsonl');
  return {
    log: (...more) => appendFile(file, eventLines(more)),
    async rewrite(...all) {
      if ((await stat(file)).isDirectory()) await rmdir(file);
      await writeFile(file, eventLines(all));
    },
    async makeUnreadable() {
      await rm(file);
      await mkdir(file);
    },
    end: () => {
      const status = { status: 'finished', started_at: START, ended_at: START + 9 };
      return writeFile(join(directory, 'status.json'), JSON.stringify(status));
    },
  };
}
