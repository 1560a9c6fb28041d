import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const VIEW_MAY_IMPORT = ['web/address/', 'web/api/', 'web/format/', 'web/ui/'];

/**
 * Which part may import which: a part is a file or, with a slash at its end, a folder. The first entry that holds a file
 * is its part; besides what is listed, files import their own part, packages and Node's modules.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/cursor-text.ts': [],
  'src/concurrency.ts': [],
  'src/errors.ts': [],
  'src/shared-task.ts': [],
  'src/system-error.ts': [],
  'src/version.ts': [],
  'src/storage/': ['src/errors.ts', 'src/system-error.ts'],
  'src/following/': ['src/shared-task.ts', 'src/storage/'],
  'src/runs/': [
    'src/concurrency.ts',
    'src/errors.ts',
    'src/following/',
    'src/shared-task.ts',
    'src/storage/',
    'src/system-error.ts',
  ],
  'src/metrics/': [
    'src/cursor-text.ts',
    'src/errors.ts',
    'src/following/',
    'src/shared-task.ts',
    'src/storage/',
    'src/system-error.ts',
  ],
  'src/logs/': [
    'src/cursor-text.ts',
    'src/errors.ts',
    'src/following/',
    'src/shared-task.ts',
    'src/storage/',
    'src/system-error.ts',
  ],
  // The log and the counts of the gateway itself, which know what is asked but not how.
  'src/monitoring/': ['src/errors.ts', 'src/following/', 'src/metrics/', 'src/system-error.ts', 'src/version.ts'],
  'schema/': ['src/concurrency.ts', 'src/cursor-text.ts', 'src/errors.ts', 'src/runs/', 'src/metrics/', 'src/logs/'],
  'src/http/access/': ['src/errors.ts'],
  'src/http/limits/': ['src/errors.ts'],
  'src/http/graphql/': [
    'schema/',
    'src/concurrency.ts',
    'src/errors.ts',
    'src/http/access/',
    'src/http/limits/',
    'src/http/',
    'src/metrics/',
    'src/monitoring/',
    'src/system-error.ts',
  ],
  'src/http/rest/': [
    'src/errors.ts',
    'src/http/',
    'src/logs/',
    'src/metrics/',
    'src/monitoring/',
    'src/runs/',
    'src/storage/',
    'src/system-error.ts',
    'src/version.ts',
  ],
  'src/http/': ['src/errors.ts', 'src/http/access/', 'src/http/limits/', 'src/monitoring/', 'src/system-error.ts'],
  'src/doctor/': ['src/errors.ts', 'src/metrics/', 'src/runs/', 'src/storage/', 'src/system-error.ts'],
  'src/sources.ts': ['src/runs/', 'src/metrics/', 'src/logs/', 'src/storage/'],
  'src/app.ts': [
    'src/http/access/',
    'src/http/limits/',
    'src/http/graphql/',
    'src/http/rest/',
    'src/http/',
    'src/monitoring/',
    'src/sources.ts',
  ],
  'src/gateway.ts': [
    'src/app.ts',
    'src/http/access/',
    'src/http/limits/',
    'src/http/graphql/',
    'src/http/rest/',
    'src/http/',
    'src/monitoring/',
    'src/sources.ts',
    'src/storage/',
  ],
  'src/demo/': [],
  'src/cli/': [
    'src/errors.ts',
    'src/http/limits/',
    'src/storage/',
    'src/system-error.ts',
    'src/version.ts',
    'src/runs/',
    'src/logs/',
    'src/doctor/',
    'src/monitoring/',
  ],
  'src/ending.ts': ['src/storage/'],
  'src/start.cts': ['src/main.ts'],
  'src/main.ts': [
    'src/cli/',
    'src/demo/',
    'src/ending.ts',
    'src/gateway.ts',
    'src/http/limits/',
    'src/monitoring/',
    'src/version.ts',
  ],
  'examples/typescript/merge-delta.ts': [],
  // The page is a client like any other: it has nothing of the gateway, and its views have nothing of each other.
  'web/api/': [],
  'web/address/': ['web/api/'],
  'web/ui/': ['web/address/', 'web/api/'],
  'web/format/': ['web/ui/'],
  'web/runs/': VIEW_MAY_IMPORT,
  'web/charts/data/': [...VIEW_MAY_IMPORT, 'examples/typescript/merge-delta.ts'],
  'web/charts/plot/': [...VIEW_MAY_IMPORT, 'web/charts/data/'],
  'web/charts/': [...VIEW_MAY_IMPORT, 'web/charts/data/', 'web/charts/plot/'],
  'web/logs/': VIEW_MAY_IMPORT,
  'web/': [...VIEW_MAY_IMPORT, 'web/runs/', 'web/charts/', 'web/logs/'],
};

/** The core knows nothing of these. */
const CORE = new Set(['src/following/', 'src/runs/', 'src/metrics/', 'src/logs/']);
const INTERFACES = /^(node:https?|express|ws|graphql|@pothos|@graphql)\b/;

const SCANNED = ['src', 'schema', 'web'];
const OURS = /^(bench|examples|schema|scripts|src|test|web)\/|\.json$/;
const IMPORT = /^(?:import\b[^'"=;(]*|export\b[^'"=;(]*\bfrom )['"](.+?)['"]|\bimport\(\s*['"](.+?)['"]/gm;

/** What each file imports, by path from the project: relative imports resolved, others as they are. */
const imports = new Map(
  [...SCANNED.flatMap(filesBelow), 'examples/typescript/merge-delta.ts'].map((file) => {
    const specifiers = Array.from(readFileSync(pathOf(file), 'utf8').matchAll(IMPORT), (match) => match[1] ?? match[2]);
    return [file, specifiers.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(file), name) : name))];
  }),
);

function filesBelow(folder: string): string[] {
  const entries = readdirSync(pathOf(folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => /\.tsx?$/.test(name)).map((name) => posix.join(folder, name));
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`../${name}`, import.meta.url));
}

function partOf(file: string): string {
  const part = Object.keys(MAY_IMPORT).find((name) => file === name || (name.endsWith('/') && file.startsWith(name)));
  return part ?? file;
}

function edges(): [from: string, to: string][] {
  return [...imports].flatMap(([file, names]) => names.map((name): [string, string] => [file, name]));
}

/** A way through a graph that ends where it began; none if there is no such way. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  function visit(node: string, way: readonly string[]): readonly string[] {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return [];
    done.add(node);
    return (graph.get(node) ?? []).map((next) => visit(next, [...way, node])).find(({ length }) => length > 0) ?? [];
  }
  return [...graph.keys()].map((node) => visit(node, [])).find(({ length }) => length > 0) ?? [];
}

it('every import is seen', () => {
  expect(imports.get('src/gateway.ts')).toContain('src/http/graphql/graphql.ts');
  expect(imports.get('src/main.ts')).toContain('src/gateway.ts');
  expect(imports.get('schema/index.ts')).toContain('schema/runs.ts');
  expect(imports.get('web/page.tsx')).toContain('web/runs/runs-view.tsx');
  expect(imports.get('src/metrics/answers/frame.ts')).toContain('src/metrics/rows/row-selection.ts');
});

it('every file has a part, and imports only what that part may', () => {
  const broken = edges().filter(([file, name]) => {
    const [from, to] = [partOf(file), partOf(name)];
    return OURS.test(name) && from !== to && !MAY_IMPORT[from]?.includes(to);
  });
  expect([...imports.keys()].filter((file) => !(partOf(file) in MAY_IMPORT))).toEqual([]);
  expect(broken).toEqual([]);
});

it('the core knows nothing of HTTP and GraphQL', () => {
  expect(edges().filter(([file, name]) => CORE.has(partOf(file)) && INTERFACES.test(name))).toEqual([]);
});

it('no parts and no files import each other in a circle', () => {
  expect(findCycle(imports)).toEqual([]);
  expect(findCycle(new Map(Object.entries(MAY_IMPORT)))).toEqual([]);
});
