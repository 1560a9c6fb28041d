import type { RunLocation } from './layout.ts';
import type { RunCatalog } from './run-catalog.ts';
import { runFiles } from './run-files.ts';
import { hasEnded } from './run-status.ts';

/** The console log of a run, and whether the run is still writing it, has ended, or is gone. */
export function runLog(catalog: RunCatalog, { id, directory }: RunLocation) {
  return {
    path: runFiles(directory).logs,
    async writerState() {
      const run = await catalog.find(id);
      if (run === undefined || run.directory !== directory) return 'gone';
      return hasEnded(run.status) ? 'ended' : 'writing';
    },
  } as const;
}
