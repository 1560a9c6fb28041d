import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../schema/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'bench/README.md',
  'bench/RESULTS.md',
  ...pagesIn('docs'),
  ...pagesIn('examples'),
];

function pagesIn(folder: string): string[] {
  const names = readdirSync(posix.join(ROOT, folder)).filter((name) => name.endsWith('.md'));
  return names.map((name) => posix.join(folder, name));
}

function textOf(page: string): string {
  return readFileSync(posix.join(ROOT, page), 'utf8');
}

/** The text around blocks of code. */
function proseOf(page: string): string {
  return textOf(page).replaceAll(/^```.*?^```/gms, '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return Array.from(proseOf(page).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const files = new Set(
  readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => !file.includes('node_modules/')),
);

it.each(PAGES)('every link of %s leads to a file that is there, and to a heading of it', (page) => {
  const links = Array.from(proseOf(page).matchAll(/\]\((?!https?:)(.*?)\)/g), ([, target = '']) => target);
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    return !files.has(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

it.each(PAGES)('every operation of %s is one of the schema', (page) => {
  const operations = Array.from(textOf(page).matchAll(/^```graphql\n(.*?)^```/gms), ([, block = '']) => block);
  expect(operations.flatMap((operation) => validate(schema, parse(operation)))).toEqual([]);
});

it('every file that the architecture page names is there', () => {
  const sources = [...files].filter((file) => !file.startsWith('dist/'));
  const names = Array.from(proseOf('docs/architecture.md').matchAll(/`([\w./-]+\.ts)`/g), ([, name = '']) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !sources.some((file) => `/${file}`.endsWith(`/${name}`)))).toEqual([]);
});

it('the page of dependencies names each dependency, in its own part, with a reason', () => {
  const manifest: Record<'dependencies' | 'devDependencies', Record<string, string>> = JSON.parse(
    textOf('package.json'),
  );
  const [, runs = '', checks = ''] =
    /^## What runs$(.*)^## What builds$(.*)^## Overrides$/ms.exec(textOf('docs/dependencies.md')) ?? [];
  const namesIn = (part: string) => Array.from(part.matchAll(/^- `(.+)`: .+\.$/gm), ([, name]) => name).toSorted();
  expect(namesIn(runs)).toEqual(Object.keys(manifest.dependencies).toSorted());
  expect(namesIn(checks)).toEqual(Object.keys(manifest.devDependencies).toSorted());
});

it('each dependency has one version, not a range', () => {
  const {
    dependencies,
    devDependencies,
    overrides,
  }: Record<string, Record<string, string>> = JSON.parse(textOf('package.json'));
  const ranges = Object.entries({ ...dependencies, ...devDependencies, ...overrides }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(ranges).toEqual([]);
});

it('every test that the page of reliability names is there', () => {
  const named = Array.from(
    proseOf('docs/reliability.md').matchAll(/`(test\/[\w./-]+\.test\.ts)`: ([^|;]+?) *(?=[|;])/g),
  );
  expect(named.length).toBeGreaterThan(0);
  const has = (file: string, name: string) => textOf(file).replaceAll(/\(\s+/g, '(').includes(`('${name}'`);
  const missing = named.filter(([, file = '', name = '']) => !files.has(file) || !has(file, name));
  expect(missing.map(([whole]) => whole)).toEqual([]);
});
