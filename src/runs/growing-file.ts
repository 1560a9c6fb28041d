import type { RunLocation } from './layout.ts';
import type { RunCatalog } from './run-catalog.ts';
import { type RunFiles, runFiles } from './run-files.ts';
import { hasEnded } from './run-status.ts';

/** A file that a run writes, and whether the run is still writing it, has ended, or is gone. */
export function growingFile(catalog: RunCatalog, { id, directory }: RunLocation, file: keyof RunFiles) {
  return {
    path: runFiles(directory)[file],
    async writerState() {
      const run = await catalog.find(id);
      if (run === undefined || run.directory !== directory) return 'gone';
      return hasEnded(run.status) ? 'ended' : 'writing';
    },
  } as const;
}
