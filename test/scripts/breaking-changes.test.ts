import { expect, it } from 'vitest';
import { unannouncedChanges } from '../../scripts/breaking-changes.ts';

const BEFORE = `
  "What can be asked."
  type Query { run(id: ID!, deep: Boolean): Run, axis: Axis }
  type Run { name: String!, old: Int @deprecated }
  enum Axis { STEP TIME }
`;

const changelog = (unreleased: string) =>
  `# Changelog\n\n## Unreleased\n\n${unreleased}\n\n## 0.1.0\n\n- \`Run.name\`\n`;

async function paths(change: (sdl: string) => string, unreleased = ''): Promise<string[]> {
  const after = change(BEFORE);
  expect(after).not.toBe(BEFORE);
  return (await unannouncedChanges(BEFORE, after, changelog(unreleased))).map(({ path }) => path);
}

it.each([
  ['a field that goes', (sdl: string) => sdl.replace('name: String!,', ''), 'Run.name'],
  ['a deprecated field that goes', (sdl: string) => sdl.replace(', old: Int @deprecated', ''), 'Run.old'],
  ['a field that may become null', (sdl: string) => sdl.replace('String!', 'String'), 'Run.name'],
  ['an argument that goes', (sdl: string) => sdl.replace(', deep: Boolean', ''), 'Query.run.deep'],
  ['an argument that becomes required', (sdl: string) => sdl.replace('Boolean', 'Boolean!'), 'Query.run.deep'],
  ['a value that goes', (sdl: string) => sdl.replace(' TIME', ''), 'Axis.TIME'],
  ['a type that goes', (sdl: string) => sdl.replace(', axis: Axis', '').replace(/enum.*/, ''), 'Axis'],
])('%s breaks clients, unless the changelog names it', async (_name, change, path) => {
  const all = await paths(change);
  expect(all).toContain(path);
  const others = all.filter((other) => other !== path);
  expect(await paths(change, `- \`${path}\` is no more.`)).toEqual(others);
});

it('each breaking change must be named', async () => {
  const change = (sdl: string) => sdl.replace('name: String!', 'title: String!').replace(' TIME', '');
  expect(await paths(change, '- `Run.name` is `Run.title` now.')).toEqual(['Axis.TIME']);
});

it('a name in passing, in part or in a version that is out announces nothing', async () => {
  const change = (sdl: string) => sdl.replace('name: String!,', '');
  for (const text of ['', '- Run.name', '- `Run`', '- `Run.name.first`']) {
    expect(await paths(change, text)).toEqual(['Run.name']);
  }
  expect(await unannouncedChanges(BEFORE, change(BEFORE), '# Changelog\n')).toHaveLength(1);
});

it.each([
  ['a new field', (sdl: string) => sdl.replace('name:', 'path: String, name:')],
  ['a new optional argument', (sdl: string) => sdl.replace('deep:', 'wide: Boolean, deep:')],
  ['a new value', (sdl: string) => sdl.replace('TIME', 'TIME EPOCH')],
  ['a field that is never null any more', (sdl: string) => sdl.replace('axis: Axis', 'axis: Axis!')],
  ['a field that is deprecated', (sdl: string) => sdl.replace('String!', 'String! @deprecated')],
  ['another description', (sdl: string) => sdl.replace('can be', 'may be')],
])('%s breaks nobody', async (_name, change) => {
  expect(await paths(change)).toEqual([]);
});
