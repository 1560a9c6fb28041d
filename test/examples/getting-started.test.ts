import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');

const page = read('docs/getting-started.md');

/** What stands in the page's blocks of a language. */
function blocks(language: string): readonly string[] {
  return Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms')), ([, block]) => block.trim());
}

it('the code that getting-started.md explains is that of the example', () => {
  const files = readdirSync(new URL('examples/typescript', project)).filter((name) => name.endsWith('.ts'));
  const code = files.map((name) => read(`examples/typescript/${name}`)).join('\n');
  const explained = blocks('ts');
  expect(explained).toHaveLength(4);
  expect(explained.filter((block) => !code.includes(block))).toEqual([]);
});

it('the scripts of getting-started.md are those of the example', () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('examples/typescript/package.json'));
  const run = Array.from(page.matchAll(/npm run (\w+)/g), ([, name]) => name);
  expect(new Set(run)).toEqual(new Set(Object.keys(scripts)));
});

it('getting-started.md tells of every file of the example', () => {
  const files = readdirSync(new URL('examples/typescript', project)).filter((name) => name.endsWith('.ts'));
  expect(files.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
