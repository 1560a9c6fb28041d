import { join } from 'node:path';

/** The files of a run that grow while it lives. */
export interface RunFiles {
  readonly events: string;
  readonly logs: string;
}

/** Where a run directory's files lie, whether they are there or not. */
export function runFiles(directory: string): RunFiles {
  return { events: join(directory, 'events.jsonl'), logs: join(directory, 'logs.txt') };
}
