/** Where a run lies. `path` is its path in the storage, null at the top of the current layout. */
export interface RunLocation {
  readonly id: string;
  readonly directory: string;
  readonly path: string | null;
}

/**
 * What a directory is by its place below the storage root:
 *
 *     <root>/runs/<segment>/…/<segment>                             current layout: a segment with the marks of a run is one
 *     <root>/<project>/<experiment>/<legacy-runs>/<legacy-run>      legacy layout
 */
export type Place = 'root' | 'runs' | 'segment' | 'project' | 'experiment' | 'legacy-runs' | 'legacy-run';

/** What the children of a directory at a place are, unless their name says otherwise. */
const PLACE_BELOW: Readonly<Record<Place, Place | undefined>> = {
  root: 'project',
  project: 'experiment',
  experiment: 'legacy-runs',
  'legacy-runs': 'legacy-run',
  'legacy-run': undefined,
  runs: 'segment',
  segment: 'segment',
};

const NOT_PROJECTS: ReadonlySet<string> = new Set(['runs', 'webui', 'archive', 'index']);

/** Runs are below a branch. */
export type Role = 'branch' | 'run' | 'deleted-run';

const RUN_MARKS = ['meta.json', 'status.json'];
const DELETED_MARK = '.deleted';
const RECORD_FILES: ReadonlySet<string> = new Set([...RUN_MARKS, DELETED_MARK, 'summary.json', 'assets.json']);

/** Whether it is the name of a file in a run directory that says what the run is. */
export function isRecordFile(name: string): boolean {
  return RECORD_FILES.has(name);
}

/** Whether it is the name of a file that comes and goes in a run directory while others are written. */
export function isTransient(name: string): boolean {
  return name.endsWith('.tmp') || name.endsWith('.lock');
}

/** The place of a directory `name` in a directory at `parent`; undefined where no run can be below it. */
export function placeOfChild(parent: Place, name: string): Place | undefined {
  if (parent === 'root' && name === 'runs') return 'runs';
  if (parent === 'root' && NOT_PROJECTS.has(name)) return undefined;
  if (parent === 'experiment' && name !== 'runs') return undefined;
  return PLACE_BELOW[parent];
}

/** What a directory is at `place` that holds `files` (names of all entries that are not directories). */
export function roleOf(place: Place, files: ReadonlySet<string>): Role {
  const isRun = place === 'legacy-run' || (place === 'segment' && RUN_MARKS.some((mark) => files.has(mark)));
  if (!isRun) return 'branch';
  return files.has(DELETED_MARK) ? 'deleted-run' : 'run';
}

/** The run path of a directory at `place`, whose names from the root down are `names`. */
export function runPath(place: Place, names: readonly string[]): string | null {
  const segments = place === 'legacy-run' ? names.slice(0, 2) : names.slice(1, -1);
  return segments.length === 0 ? null : segments.join('/');
}
