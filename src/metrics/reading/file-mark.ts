import { createHash } from 'node:crypto';
import { type BigIntStats, fstatSync, readSync } from 'node:fs';

const FINGERPRINT = 4096;

/**
 * So long after a change of a file another one can carry the same mtime: kernels stamp files with a clock that ticks
 * every few milliseconds.
 */
export const YOUNG_MS = 50;

/** What a file looked like when it was read up to byte `size`: enough to tell later what has become of it. */
export interface FileMark {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: number;
  readonly mtimeNs: bigint;
  /** Whether the same mtime and size later prove that nothing was written. */
  readonly settled: boolean;
  /** The first bytes of the file, and the last ones before `size`. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

export type FileChange = 'unchanged' | 'grown' | 'replaced';

/** What was seen of a file, and when it was looked for (Unix milliseconds). */
export interface Sighting {
  readonly stats: BigIntStats;
  readonly askedAt: number;
}

/** Marks an open file that was seen so, of which `size` bytes are read. */
export function markFile(fd: number, { stats, askedAt }: Sighting, size: number): FileMark {
  return {
    device: stats.dev,
    inode: stats.ino,
    size,
    mtimeNs: stats.mtimeNs,
    settled: askedAt - Number(stats.mtimeNs / 1_000_000n) >= YOUNG_MS,
    head: readAt(fd, 0, Math.min(FINGERPRINT, size)),
    tail: readAt(fd, Math.max(0, size - FINGERPRINT), Math.min(FINGERPRINT, size)),
  };
}

/** Names what was read of a marked file: in every process that reads the same bytes of it the same. */
export function tagOf({ inode, size, mtimeNs, head, tail }: FileMark): string {
  const hash = createHash('sha256').update(`${inode} ${size} ${mtimeNs} ${head.length} `);
  return hash.update(head).update(tail).digest('base64url').slice(0, 22);
}

/** Whether `stats` alone prove that the marked file is as it was. */
export function provesUnchanged(stats: BigIntStats, mark: FileMark): boolean {
  return mark.settled && isSameFile(stats, mark) && Number(stats.size) === mark.size && stats.mtimeNs === mark.mtimeNs;
}

/** What has become of the marked file, which is open as `fd`: at the cost of two fingerprints. */
export function changeSince(fd: number, stats: BigIntStats, mark: FileMark): FileChange {
  const size = Number(stats.size);
  if (!isSameFile(stats, mark) || size < mark.size || !hasSameFingerprints(fd, mark)) return 'replaced';
  if (size > mark.size) return 'grown';
  return stats.mtimeNs === mark.mtimeNs ? 'unchanged' : 'replaced';
}

/** Whether the open file still is the marked one, which may have grown: at the cost of two fingerprints. */
export function isStillMarked(fd: number, mark: FileMark): boolean {
  return isSameFile(fstatSync(fd, { bigint: true }), mark) && hasSameFingerprints(fd, mark);
}

/**
 * Looks at a file until it can be told apart from one that is being appended to: a write changes the mtime first and
 * the size a moment later, which in between looks like a rewrite.
 */
export function lookBetweenWrites(fd: number, mark: FileMark | null): Sighting {
  const seen = look(fd);
  if (mark === null || Number(seen.stats.size) !== mark.size || seen.stats.mtimeNs === mark.mtimeNs) return seen;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  return look(fd);
}

function look(fd: number): Sighting {
  // Asked first: what is written while the file is read must find it young.
  const askedAt = Date.now();
  return { askedAt, stats: fstatSync(fd, { bigint: true }) };
}

function isSameFile(stats: BigIntStats, mark: FileMark): boolean {
  return stats.dev === mark.device && stats.ino === mark.inode;
}

function hasSameFingerprints(fd: number, { head, tail, size }: FileMark): boolean {
  return (
    Buffer.compare(readAt(fd, 0, head.length), head) === 0 &&
    Buffer.compare(readAt(fd, size - tail.length, tail.length), tail) === 0
  );
}

/** What an open file has of the bytes [position, position + length). */
export function readAt(fd: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const got = readSync(fd, bytes, 0, length, position);
  return bytes.subarray(0, got);
}
