import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, it } from 'vitest';
import { useRunlens } from './support/runlens-process.ts';
import { makeStorage } from './support/storage.ts';
import { useTemporaryDirectory } from './support/temporary-directory.ts';

const run = promisify(execFile);
const temporaryDirectory = useTemporaryDirectory();
const { command } = useRunlens();

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** Of all script of the page together, gzipped. */
const MOST_SCRIPT_BYTES = 120_000;

/** What npm would publish, by path. */
let files: readonly string[];

beforeAll(async () => {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await run('npm', pack, { cwd: PROJECT });
  const [packed]: { files: { path: string }[] }[] = JSON.parse(stdout);
  files = packed?.files.map(({ path }) => path) ?? [];
});

describe('the package', () => {
  it('has what runs, the types of what can be imported, and nothing else', () => {
    expect(files).toContain('dist/src/start.cjs');
    const known =
      /^(LICENSE|README\.md|package\.json|schema\/schema\.graphql|dist\/(web\/.*|(src|schema|examples\/typescript)\/.*\.c?js))$/;
    expect(files.filter((path) => !known.test(path))).toEqual(['dist/examples/typescript/merge-delta.d.ts']);
    expect(files.filter((path) => path.endsWith('.map'))).toEqual([]);
  });

  it('has nothing that publint complains of', async () => {
    const { messages, pkg } = await publint({ pkgDir: PROJECT, pack: 'npm', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  it('serves from the packed file, installed in an empty folder without install scripts', async () => {
    await using storage = await makeStorage();
    await storage.addRun('20240101_120000_aaaaaa');
    const folder = join(temporaryDirectory(), 'empty');
    await mkdir(folder);
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', temporaryDirectory()], { cwd: PROJECT });
    const archive = (await readdir(temporaryDirectory())).find((name) => name.endsWith('.tgz')) ?? '';
    const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    // Overrides hold in this project only: some dependencies of those who install it ask for a later Node.js, and work.
    const env = { ...process.env, npm_config_engine_strict: 'false' };
    await run('npm', [...install, join('..', archive)], { cwd: folder, env });

    const { stdout } = await run('npx', ['--no-install', 'runlens', '--version'], { cwd: folder });
    expect(stdout).toBe(`${JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')).version}\n`);
    const bin = join(folder, 'node_modules/.bin/runlens');
    const runlens = await command(bin, ['--storage', storage.root, '--port', '0', '--log-level', 'warn']);
    const url = await runlens.listening();
    expect(await (await fetch(`${url}/api/runs`)).json()).toMatchObject([{ id: '20240101_120000_aaaaaa' }]);
    expect(await (await fetch(url)).text()).toContain('<script');
    runlens.signal('SIGTERM');
    expect(await runlens.ended).toMatchObject({ code: 0, stderr: '' });
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
