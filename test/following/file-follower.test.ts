import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { FileFollower, type Sight } from '../../src/following/file-follower.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

/** Longer than any test. */
const REST_MS = 3_600_000;

const root = useTemporaryDirectory();
let followers: SizeFollower[] = [];
afterEach(async () => {
  for (const follower of followers) await follower.close();
  followers = [];
});

class SizeFollower extends FileFollower {
  size: number;

  constructor(path: string) {
    super({ path, writerState: () => Promise.resolve('writing') }, REST_MS);
    this.size = statSync(path).size;
    followers.push(this);
  }

  protected override lookAtFile(): Promise<Sight> {
    const { size } = statSync(this.path);
    const sight = size === this.size ? 'same' : 'changed';
    this.size = size;
    return Promise.resolve(sight);
  }

  protected override complete(): void {}
}

it('rests only after looks that have shown a change', async () => {
  const file = join(root(), 'events.jsonl');
  writeFileSync(file, 'one\n');
  const follower = new SizeFollower(file);
  await follower.look();
  const { version } = follower;

  appendFileSync(file, 'two\n');
  await follower.changed(version, new AbortController().signal);

  expect(follower.size).toBe(8);
});
