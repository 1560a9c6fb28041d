import { createHash } from 'node:crypto';

/** So many bytes of the start of a file, and before a position, go into its fingerprint. */
export const HEAD = 1024;
export const TAIL = 4096;

/**
 * Names what lies before a position in a file.
 *
 * @param offset of the position, in bytes
 * @param head the file's first bytes, at least HEAD of them or all
 * @param before the bytes before `offset`, likewise TAIL
 */
export function fingerprint(offset: number, head: Uint8Array, before: Uint8Array): string {
  const hash = createHash('sha256');
  hash.update(head.subarray(0, Math.min(HEAD, offset)));
  hash.update(before.subarray(Math.max(0, before.length - TAIL)));
  return hash.digest('base64url').slice(0, 16);
}

/** What `fingerprint` gives for the start of a file. */
export const NOTHING_BEFORE = fingerprint(0, new Uint8Array(0), new Uint8Array(0));
