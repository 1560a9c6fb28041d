import type { FileFollower } from './file-follower.ts';
import type { FollowedFile } from './followed-file.ts';

/** One follower a file, however many use it, and none where nobody does. */
export class Followers<Follower extends FileFollower> {
  readonly #follow: (file: FollowedFile) => Follower;
  readonly #byPath = new Map<string, { readonly follower: Follower; users: number }>();

  constructor(follow: (file: FollowedFile) => Follower) {
    this.#follow = follow;
  }

  /** How many files are followed. */
  get size(): number {
    return this.#byPath.size;
  }

  /** To be released by who acquired it. */
  acquire(file: FollowedFile): Follower {
    const shared = this.#byPath.get(file.path) ?? { follower: this.#follow(file), users: 0 };
    this.#byPath.set(file.path, shared);
    shared.users++;
    return shared.follower;
  }

  async release({ path }: Follower): Promise<void> {
    const shared = this.#byPath.get(path);
    if (shared === undefined || --shared.users > 0) return;
    this.#byPath.delete(path);
    await shared.follower.close();
  }
}
