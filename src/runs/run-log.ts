import type { RunLocation } from './layout.ts';
import type { RunCatalog } from './run-catalog.ts';
import { runFiles } from './run-files.ts';
import { hasEnded } from './run-status.ts';

/** The console log of a run, and whether the run has ended or is gone, so that nothing is going to write to it. */
export function runLog(catalog: RunCatalog, { id, directory }: RunLocation) {
  return {
    path: runFiles(directory).logs,
    async hasEnded(): Promise<boolean> {
      const run = await catalog.find(id);
      return run === undefined || run.directory !== directory || hasEnded(run.status);
    },
  };
}
