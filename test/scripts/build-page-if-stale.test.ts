import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/build-page-if-stale.sh', import.meta.url));
const SOURCES = [
  'web/page.tsx',
  'web/api/generated/graphql.ts',
  'examples/typescript/merge-delta.ts',
  'package-lock.json',
];
/** In the place of the bundler: says that it ran, and makes the page. */
const BUNDLER = '#!/bin/sh\necho built >> runs\nmkdir -p dist/web\ntouch dist/web/index.html\n';

const directory = useTemporaryDirectory();
let project: string;
let projects = 0;

beforeEach(async () => {
  projects += 1;
  project = join(directory(), String(projects));
  for (const name of SOURCES) await write(name, '');
  await writeProgram('bin/vite', BUNDLER);
  await writeProgram('scripts/generate-if-stale.sh', '#!/bin/sh\n');
  await cp(SCRIPT, join(project, 'scripts/build-page-if-stale.sh'));
});

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, name)), { recursive: true });
  await writeFile(join(project, name), text);
}

async function writeProgram(name: string, text: string): Promise<void> {
  await write(name, text);
  await chmod(join(project, name), 0o755);
}

/** How often the bundler has run after this build. */
async function build(): Promise<number> {
  const env = { PATH: `${join(project, 'bin')}:${process.env.PATH}` };
  execFileSync(join(project, 'scripts/build-page-if-stale.sh'), { env });
  return (await readFile(join(project, 'runs'), 'utf8')).match(/built/g)?.length ?? 0;
}

it('the page is bundled by the first build, and left alone by the next, since it may be served', async () => {
  expect([await build(), await build()]).toEqual([1, 1]);
});

it.each(SOURCES)('the page is bundled again after an edit of %s', async (name) => {
  await build();
  const later = new Date(Date.now() + 60_000);
  await utimes(join(project, name), later, later);
  expect(await build()).toBe(2);
});

it('the page is bundled again where it is gone', async () => {
  await build();
  await rm(join(project, 'dist'), { recursive: true });
  expect(await build()).toBe(2);
});
