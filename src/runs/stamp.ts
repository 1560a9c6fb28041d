import { type BigIntStats, lstat, stat } from 'node:fs';

/**
 * What tells one content of a file or directory from another without reading it. The change time is part of it: unlike
 * the modification time nobody can set it back, and it tells of permissions, which decide what can be read.
 */
export interface Stamp {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** Whether it was old enough when taken that any later change shows as another stamp. */
  readonly settled: boolean;
}

/** File systems tell times in ticks of up to some 10 ms: a change in the tick of the one before keeps the stamp. */
const TICK_MS = 50;

/** The stamp of `stats`, which were asked for at `askedAt` (Unix milliseconds) or later. */
export function stampOf(stats: BigIntStats, askedAt: number): Stamp {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const newestMs = Math.max(Number(mtimeNs / 1_000_000n), Number(ctimeNs / 1_000_000n));
  return { dev, ino, size, mtimeNs, ctimeNs, settled: newestMs < askedAt - TICK_MS };
}

/** Whether what was read under the stamp `known` still holds where `seen` is found now. */
export function isUnchanged(known: Stamp | undefined, seen: Stamp): boolean {
  return (
    known?.settled === true &&
    isSameInode(known, seen) &&
    known.size === seen.size &&
    known.mtimeNs === seen.mtimeNs &&
    known.ctimeNs === seen.ctimeNs
  );
}

/** Whether both are of one file or directory, as far as the file system does not give its number to another. */
export function isSameInode(one: Stamp, other: Stamp): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}

// The callback API: three times as fast as node:fs/promises, and a list of 10 000 runs takes 50 000 of these calls.

/** `lstat` with times in nanoseconds. */
export function lstatOf(path: string): Promise<BigIntStats> {
  return new Promise((resolve, reject) => {
    lstat(path, { bigint: true }, (error, stats) => (error === null ? resolve(stats) : reject(error)));
  });
}

/** `stat` (of what a symbolic link leads to) with times in nanoseconds. */
export function statOf(path: string): Promise<BigIntStats> {
  return new Promise((resolve, reject) => {
    stat(path, { bigint: true }, (error, stats) => (error === null ? resolve(stats) : reject(error)));
  });
}
