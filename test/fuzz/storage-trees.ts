import { type Dirent, readdirSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { START } from '../support/storage.ts';
import type { Random } from './random.ts';

const DEEP = 40;

const NAMES: readonly string[] = [
  [
    'a',
    'b',
    'c',
    'runs',
    'runs',
    'webui',
    'archive',
    'index',
    '.hidden',
    '..x',
    'with space',
    'a\\b',
    'a%2Fb',
    '%',
    '"q"',
  ],
  [
    'new\nline',
    '\u202eright',
    'e\u0301',
    'é',
    '训练',
    '🚀',
    '__proto__',
    'constructor',
    'meta.json',
    'events.jsonl',
    '.deleted',
  ],
  [
    '20240101_120000_a1b2c3',
    '20240101_120000_a1b2c4',
    '-rf',
    '~',
    '#?',
    'x'.repeat(255),
    '\ufffd',
    'tmp.tmp',
    'x.lock',
  ],
].flat();

/** Names that are no UTF-8. */
const ODD_BYTES: readonly (readonly number[])[] = [[0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0x80, 0x62]];

const FILES = [
  'meta.json',
  'status.json',
  'summary.json',
  'assets.json',
  '.deleted',
  'events.jsonl',
  'logs.txt',
] as const;

const CONTENTS: readonly (string | Uint8Array)[] = [
  ['', '{', '{}', '[]', 'null', '5', '"x"', '{"created_at": "x"}', '{"created_at": 1e400, "tags": 5}', '\u0000'],
  [
    '{"status": "running", "pid": 1e400}',
    '{"status": []}',
    '{"id": "other", "path": "elsewhere", "alias": {}, "tags": [1, "t"]}',
  ],
  ['['.repeat(100_000), Buffer.from([0xff, 0xfe]), `{"created_at": ${START}, "alias": "${'x'.repeat(100_000)}"}`],
  [`{"created_at": ${START}}`, `{"created_at": ${START + 1}, "pid": -1, "hostname": ""}`, '{"created_at": -1e300}'],
].flat();

/** Does one thing at random to what is below a storage root, as people, programs and their deaths do it. */
export async function disturb(root: string, random: Random): Promise<void> {
  const directories = [root, ...directoriesBelow(root)];
  const place = random.element(directories);
  const name = random.element(NAMES);
  switch (random.below(12)) {
    case 0:
      return ignoringClashes(mkdir(join(place, name)));
    case 1:
      return ignoringClashes(
        mkdir(join(root, 'runs', random.element(NAMES), name), { recursive: true }).then(() => undefined),
      );
    case 2:
      return ignoringClashes(
        mkdir(join(root, random.element(NAMES), random.element(NAMES), 'runs', name), { recursive: true }).then(
          () => undefined,
        ),
      );
    case 3: {
      const names = Array.from({ length: random.below(DEEP) }, () => random.pick(['d', 'e']));
      await ignoringClashes(mkdir(join(place, ...names), { recursive: true }).then(() => undefined));
      return ignoringClashes(writeFile(join(place, ...names, 'meta.json'), random.element(CONTENTS)));
    }
    case 4: {
      const odd = Buffer.concat([Buffer.from(`${place}/`), Buffer.from(random.element(ODD_BYTES))]);
      await ignoringClashes(mkdir(odd));
      return ignoringClashes(writeFile(Buffer.concat([odd, Buffer.from('/meta.json')]), '{}'));
    }
    case 5:
      return ignoringClashes(
        symlink(random.element([...directories, '..', '.', 'nowhere', '/', name]), join(place, name)),
      );
    case 6:
      return ignoringClashes(
        symlink(random.pick(['nowhere', 'meta.json', '/dev/null', '..']), join(place, random.pick(FILES))),
      );
    case 7:
      return place === root ? undefined : ignoringClashes(rm(place, { recursive: true, force: true }));
    case 8:
      return place === root ? undefined : ignoringClashes(rename(place, join(random.element(directories), name)));
    case 9:
      return ignoringClashes(rm(join(place, random.pick(FILES)), { recursive: true, force: true }));
    default:
      return ignoringClashes(writeFile(join(place, random.pick(FILES)), random.element(CONTENTS)));
  }
}

/** What is there already, or is gone, or is of another kind, keeps some deeds from being done. */
async function ignoringClashes(deed: Promise<void>): Promise<void> {
  const clashes = ['EEXIST', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY', 'EINVAL', 'ELOOP', 'ENAMETOOLONG', 'EBUSY'];
  try {
    await deed;
  } catch (error) {
    const isClash = error instanceof Error && 'code' in error && clashes.includes(String(error.code));
    if (!isClash) throw error;
  }
}

function directoriesBelow(directory: string): readonly string[] {
  const children = entriesOf(directory)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
  return children.concat(...children.map(directoriesBelow));
}

/** None where the name of the directory is not UTF-8, so that it cannot be named. */
export function entriesOf(directory: string): readonly Dirent[] {
  try {
    // In an order that does not depend on the file system.
    return readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
