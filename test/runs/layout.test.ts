import { expect, it } from 'vitest';
import { type Place, placeOfChild, roleOf, runPath } from '../../src/runs/layout.ts';

/** The place of the directory with these names from the root down. */
function placeOf(...names: string[]): Place | undefined {
  let place: Place | undefined = 'root';
  for (const name of names) place = place === undefined ? undefined : placeOfChild(place, name);
  return place;
}

it('knows the current layout by the directory runs', () => {
  expect(placeOf('runs')).toBe('runs');
  expect(placeOf('runs', 'a')).toBe('segment');
  expect(placeOf('runs', 'runs', 'index', 'runs')).toBe('segment');
});

it('knows the legacy layout by a directory runs below a project and a name', () => {
  expect(placeOf('audio', 'wav2vec', 'runs', 'r1')).toBe('legacy-run');
  expect(placeOf('audio', 'runs', 'runs', 'r1')).toBe('legacy-run');
  expect(placeOf('audio', 'wav2vec', 'other')).toBeUndefined();
  expect(placeOf('audio', 'wav2vec', 'runs', 'r1', 'media')).toBeUndefined();
});

it.each(['webui', 'archive', 'index'])('takes %s for no project', (name) => {
  expect(placeOf(name)).toBeUndefined();
  expect(placeOf('audio', name)).toBe('experiment');
});

it('takes a segment for a run by its files, a legacy run by its place', () => {
  expect(roleOf('segment', new Set(['meta.json']))).toBe('run');
  expect(roleOf('segment', new Set(['status.json']))).toBe('run');
  expect(roleOf('segment', new Set(['summary.json', '.deleted']))).toBe('branch');
  expect(roleOf('segment', new Set(['meta.json', '.deleted']))).toBe('deleted-run');
  expect(roleOf('legacy-run', new Set())).toBe('run');
  expect(roleOf('legacy-run', new Set(['.deleted']))).toBe('deleted-run');
  expect(roleOf('runs', new Set(['meta.json']))).toBe('branch');
  expect(roleOf('project', new Set(['meta.json']))).toBe('branch');
});

it('gives a run the segments above it as its path', () => {
  expect(runPath('segment', ['runs', 'vision', 'cifar10', 'r1'])).toBe('vision/cifar10');
  expect(runPath('segment', ['runs', 'r1'])).toBeNull();
  expect(runPath('legacy-run', ['audio', 'wav2vec', 'runs', 'r1'])).toBe('audio/wav2vec');
});
