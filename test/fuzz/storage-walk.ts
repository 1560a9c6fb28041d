import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf } from './storage-trees.ts';

/** Where a run lies, by the plain rules of the storage. */
export interface PlainRun {
  readonly id: string;
  readonly directory: string;
  readonly path: string | null;
  readonly layout: 'current' | 'legacy';
}

const NOT_PROJECTS: ReadonlySet<string> = new Set(['runs', 'webui', 'archive', 'index']);

/** All runs that are not deleted, those of one id too, while nobody changes anything. */
export function plainWalk(root: string): readonly PlainRun[] {
  return [...currentRuns(join(root, 'runs'), []), ...legacyRuns(root)];
}

function currentRuns(directory: string, segments: readonly string[]): readonly PlainRun[] {
  return directoriesIn(directory).flatMap((id) => {
    const child = join(directory, id);
    const files = filesIn(child);
    if (!files.includes('meta.json') && !files.includes('status.json')) return currentRuns(child, [...segments, id]);
    if (files.includes('.deleted')) return [];
    const path = segments.length === 0 ? null : segments.join('/');
    return [{ id, directory: child, path, layout: 'current' as const }];
  });
}

function legacyRuns(root: string): readonly PlainRun[] {
  const projects = directoriesIn(root).filter((project) => !NOT_PROJECTS.has(project));
  return projects.flatMap((project) =>
    directoriesIn(join(root, project)).flatMap((name) => {
      const runs = join(root, project, name, 'runs');
      const ids = directoriesIn(join(root, project, name)).includes('runs') ? directoriesIn(runs) : [];
      return ids
        .filter((id) => !filesIn(join(runs, id)).includes('.deleted'))
        .map((id) => ({ id, directory: join(runs, id), path: `${project}/${name}`, layout: 'legacy' as const }));
    }),
  );
}

/** Those whose name is UTF-8: others have no path that could be asked for. */
function directoriesIn(directory: string): readonly string[] {
  return entriesOf(directory)
    .filter((entry) => entry.isDirectory() && existsSync(join(directory, entry.name)))
    .map(({ name }) => name);
}

/** All that is no directory, links too. */
function filesIn(directory: string): readonly string[] {
  return entriesOf(directory)
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}
