import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** Of all script of the page together, gzipped. */
const MOST_SCRIPT_BYTES = 120_000;

/** What npm would publish, by path. */
let files: readonly string[];

beforeAll(async () => {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: PROJECT });
  const [packed]: { files: { path: string }[] }[] = JSON.parse(stdout);
  files = packed?.files.map(({ path }) => path) ?? [];
});

describe('the package', () => {
  it('has what runs and nothing else: no tests, no source maps of the page, no state of the compiler', () => {
    expect(files).toContain('dist/src/main.js');
    const known =
      /^(LICENSE|README\.md|package\.json|schema\/schema\.graphql|dist\/(package\.json$|(src|schema|web|examples\/typescript)\/))/;
    expect(files.filter((path) => !known.test(path))).toEqual([]);
    expect(files.filter((path) => /^dist\/web\/.*\.map$/.test(path))).toEqual([]);
  });

  it('has the page, with the licences of the libraries that are bundled in it', async () => {
    expect(files).toEqual(expect.arrayContaining(['dist/web/index.html', 'dist/web/licences.md']));
    const licences = await readFile(join(PROJECT, 'dist/web/licences.md'), 'utf8');
    expect(licences).toMatch(/^## preact - .*\(MIT\)$/m);
    expect(licences).toContain('Jason Miller');
  });
});

it(`the script of the page is under ${MOST_SCRIPT_BYTES} bytes gzipped in all`, async () => {
  const scripts = files.filter((path) => /^dist\/web\/.*\.js$/.test(path));
  const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(join(PROJECT, path))).length));
  expect(sizes).not.toEqual([]);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_SCRIPT_BYTES);
});
