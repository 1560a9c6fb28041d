import { appendFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { eventFile } from './event-files.ts';

/** What a writer does to an events file, rough ones included. */
export const fileChange = fc.oneof(
  { weight: 6, arbitrary: fc.record({ append: eventFile }) },
  { weight: 2, arbitrary: fc.record({ tear: eventFile, at: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ cutTo: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.record({ overwrite: eventFile }) },
  { weight: 1, arbitrary: fc.record({ replace: eventFile }) },
  { weight: 1, arbitrary: fc.constant({ remove: true as const }) },
);

type FileChange = typeof fileChange extends fc.Arbitrary<infer Change> ? Change : never;

export async function changeFile(file: string, what: FileChange): Promise<void> {
  if ('append' in what) await appendFile(file, what.append);
  else if ('tear' in what) {
    const cut = Math.floor(what.tear.length * what.at);
    await appendFile(file, what.tear.subarray(0, cut));
    await appendFile(file, what.tear.subarray(cut));
  } else if ('cutTo' in what) {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size > 0) await truncate(file, Math.floor(size * what.cutTo));
  } else if ('overwrite' in what) await writeFile(file, what.overwrite);
  else if ('replace' in what) {
    await writeFile(`${file}.new`, what.replace);
    await rename(`${file}.new`, file);
  } else await rm(file, { force: true });
}
