import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/**
 * The conformance table is the tests of this directory: one row a promise of the interface, checked against a running
 * gateway on real files; some files have rows as data. Each row has an id at the start of its name, and ids are permanent:
 * one is never given to another promise, nor renumbered. A new row takes the next number of its theme; the id of one that
 * goes is listed here.
 */
const RETIRED: readonly string[] = [];

const directory = new URL('.', import.meta.url);
const names = readdirSync(directory)
  .filter((file) => file.endsWith('.test.ts') && file !== 'ids.test.ts')
  .flatMap((file) => readFileSync(new URL(file, directory), 'utf8').match(/(?<=\b(?:it\(|row:)\s*['"`]).+/g) ?? []);
const ids = names.map((name) => name.split(' ', 1)[0]);

it('every row begins with an id', () => {
  for (const id of ids) expect(id).toMatch(/^(REST|EVENTS|LOGS|RUNS|GRAPHQL)-[A-Z]+-\d{3}$/);
});

it('no id is used twice, or again', () => {
  const used = [...ids, ...RETIRED];
  expect(used.filter((id, i) => used.indexOf(id) !== i)).toEqual([]);
});

it('the numbers of a theme have no gap', () => {
  const used = new Set([...ids, ...RETIRED]);
  for (const id of used) {
    const [theme, number] = [id.slice(0, -3), Number(id.slice(-3))];
    const before = `${theme}${String(number - 1).padStart(3, '0')}`;
    expect(number === 1 || used.has(before), `${before}, before ${id}`).toBe(true);
  }
});
