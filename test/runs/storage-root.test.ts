import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveStorageRoot } from '../../src/runs/storage-root.ts';
import { temporaryDirectory } from './storage.ts';

function directories(...names: string[]): string {
  const root = temporaryDirectory();
  for (const name of names) mkdirSync(join(root, name), { recursive: true });
  return root;
}

describe('the storage root', () => {
  it('is the directory that holds runs', async () => {
    const root = directories('runs');
    expect(await resolveStorageRoot(root)).toBe(root);
  });

  it('is the parent of a runs directory that was named itself', async () => {
    const root = directories('runs/vision');
    expect(await resolveStorageRoot(join(root, 'runs'))).toBe(root);
    expect(await resolveStorageRoot(`${join(root, 'runs')}/`)).toBe(root);
  });

  it('may be called runs and hold runs', async () => {
    const root = directories('runs/runs');
    expect(await resolveStorageRoot(join(root, 'runs'))).toBe(join(root, 'runs'));
  });

  it('is the directory itself where nothing is called runs', async () => {
    const root = directories('vision/resnet');
    expect(await resolveStorageRoot(root)).toBe(root);
  });

  it('is absolute', async () => {
    const root = directories('runs');
    expect(await resolveStorageRoot(relative(process.cwd(), root))).toBe(root);
  });

  it('is what a symbolic link leads to', async () => {
    const root = directories('runs/vision');
    symlinkSync(join(root, 'runs'), join(root, 'current'));
    expect(await resolveStorageRoot(join(root, 'current'))).toBe(root);
  });

  it('ignores a file called runs', async () => {
    const root = directories();
    writeFileSync(join(root, 'runs'), '');
    expect(await resolveStorageRoot(root)).toBe(root);
    await expect(resolveStorageRoot(join(root, 'runs'))).rejects.toThrow(/runs is not a directory$/);
  });

  it('must exist', async () => {
    const root = directories();
    await expect(resolveStorageRoot(join(root, 'nowhere'))).rejects.toThrow(/nowhere does not exist$/);
    await expect(resolveStorageRoot('')).rejects.toThrow(/name is empty/);
  });

  it('is named where the system refuses it', async () => {
    const name = 'x'.repeat(300);
    await expect(resolveStorageRoot(name)).rejects.toThrow(`${name} cannot be opened (ENAMETOOLONG)`);
  });
});
