import { once } from 'node:events';
import { appendFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FileFollower, type Sight } from '../../src/following/file-follower.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const REST_MS = 50;

const root = useTemporaryDirectory();
let followers: SizeFollower[] = [];
beforeEach(() => {
  // A rest never ends, and nobody looks for want of anything else to do: what is seen was looked at when announced.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const follower of followers) await follower.close();
  followers = [];
});

class SizeFollower extends FileFollower {
  size: number;
  /** Is waited for when the file was looked at, before that is told. */
  afterLook = () => Promise.resolve();

  constructor(path: string) {
    super({ path, writerState: () => Promise.resolve('writing') }, REST_MS);
    this.size = statSync(path).size;
    followers.push(this);
  }

  protected override async lookAtFile(): Promise<Sight> {
    const { size } = statSync(this.path);
    await this.afterLook();
    const sight = size === this.size ? 'same' : 'changed';
    this.size = size;
    return sight;
  }

  protected override complete(): void {}
}

it('rests only after looks that have shown a change', async () => {
  const { file, follower } = followNewFile();
  await follower.look();
  const { version } = follower;

  appendFileSync(file, 'two\n');
  await follower.changed(version, new AbortController().signal);

  expect(follower.size).toBe(8);
});

it('does not let a change wait that was announced while it looked in vain', async () => {
  const { file, follower } = followNewFile();
  const { version } = follower;
  follower.afterLook = async () => {
    follower.afterLook = () => Promise.resolve();
    const announced = once(watch(root()), 'change');
    appendFileSync(file, 'two\n');
    await announced;
  };

  await follower.look();
  await follower.changed(version, new AbortController().signal);

  expect(follower.size).toBe(8);
});

it('tells of a doubt that came when what writes the file had ended', async () => {
  const sights: Sight[] = ['same', 'doubtful'];
  class EndedFollower extends FileFollower {
    constructor() {
      super({ path: join(root(), 'ended.jsonl'), writerState: () => Promise.resolve('ended') });
      this.changedAt = performance.now();
    }
    protected override lookAtFile(): Promise<Sight> {
      return Promise.resolve(sights.shift() ?? 'same');
    }
    protected override complete(): void {}
  }
  const follower = new EndedFollower();
  const { version } = follower;

  await follower.look();

  expect(follower.version).not.toBe(version);
  await follower.close();
});

function followNewFile(): { file: string; follower: SizeFollower } {
  const file = join(root(), 'events.jsonl');
  writeFileSync(file, 'one\n');
  return { file, follower: new SizeFollower(file) };
}
