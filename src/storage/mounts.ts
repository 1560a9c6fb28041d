import { readFile } from 'node:fs/promises';

/** Linux tells here what is mounted where; reading it asks no mount. */
const TABLE = '/proc/self/mountinfo';
const MAX_AGE = 10_000;
/** The place of a mount point in a line of the table. */
const MOUNT_POINT = 4;

/** Longest first. Where the system tells nothing, all paths are taken to be of one mount. */
let points: readonly string[] = ['/'];
let readAt = Number.NEGATIVE_INFINITY;

/** Where the file system that `path` is on is mounted, as was known a few seconds ago. Takes no system call. */
export function mountOf(path: string): string {
  if (performance.now() - readAt > MAX_AGE) {
    readAt = performance.now();
    void refresh();
  }
  return points.find((point) => path.startsWith(point) && isEndOfName(path, point)) ?? '/';
}

async function refresh(): Promise<void> {
  try {
    points = mountPoints(await readFile(TABLE, 'utf8'));
  } catch {
    // There is no such table on other systems, and where it cannot be read now what was read before still serves.
  }
}

/** The mount points in the text of the table, longest first. */
export function mountPoints(table: string): readonly string[] {
  const named = table.split('\n').flatMap((line) => line.split(' ')[MOUNT_POINT] ?? []);
  // Blanks and the like are written as octal numbers.
  const paths = named.map((name) => name.replaceAll(/\\([0-7]{3})/g, (_, digits) => octal(digits)));
  return [...new Set(paths)].toSorted((a, b) => b.length - a.length);
}

function octal(digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 8));
}

function isEndOfName(path: string, point: string): boolean {
  return point.endsWith('/') || path.length === point.length || path[point.length] === '/';
}
