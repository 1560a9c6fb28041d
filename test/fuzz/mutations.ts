import type { Random } from './random.ts';

/** What mutations put in. */
export interface Material {
  /** Pieces that are likely to be handled in a way of their own. */
  readonly dictionary: readonly string[];
  /** Others of the same kind, of which stretches are taken. */
  readonly others: readonly Buffer[];
}

/** So long a stretch is cut, doubled or moved, mostly. */
const SPAN = 40;

const ANY_BYTES = [
  [0xff],
  [0xc3],
  [0xe2, 0x82],
  [0xf0, 0x9f, 0x98],
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xef, 0xbb, 0xbf],
  [0x00],
  [0x1b],
  [0x0d, 0x0a],
  [0x0d],
  [0x0a],
  [0x7f],
  [0xc2, 0x85],
  [0xe2, 0x80, 0xa8],
] as const;

/** The bytes with one change: as disks, editors and programs that break make it, or one that means to break them. */
function mutate(bytes: Buffer, random: Random, material: Material): Buffer {
  const at = random.below(bytes.length + 1);
  const [from, to] = spanAt(bytes, random);
  switch (random.below(10)) {
    case 0:
      return flipped(bytes, random);
    case 1:
      return replaced(bytes, from, to, Buffer.alloc(0));
    case 2:
      return replaced(bytes, to, to, bytes.subarray(from, to));
    case 3: {
      const moved = bytes.subarray(from, to);
      const rest = replaced(bytes, from, to, Buffer.alloc(0));
      const place = random.below(rest.length + 1);
      return replaced(rest, place, place, moved);
    }
    case 4: {
      const other = random.element(material.others);
      const [first, behind] = spanAt(other, random);
      return replaced(bytes, from, random.chance(0.5) ? to : from, other.subarray(first, behind));
    }
    case 5:
      return replaced(bytes, at, at, Buffer.from(random.element(ANY_BYTES)));
    case 6:
      return replaced(bytes, at, at, Buffer.from(random.element(material.dictionary)));
    default: {
      const [start, end] = tokenAt(bytes, at);
      return replaced(bytes, start, end, Buffer.from(random.element(material.dictionary)));
    }
  }
}

/** @param most how many changes */
export function mutateOften(bytes: Buffer, random: Random, material: Material, most: number): Buffer {
  let mutated = bytes;
  for (let n = random.below(most + 1); n > 0; n--) mutated = mutate(mutated, random, material);
  return mutated;
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  if (copy.length > 0) copy[at] = random.chance(0.5) ? copy[at] ^ (1 << random.below(8)) : random.below(256);
  return copy;
}

function replaced(bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

/** A short stretch, or whole lines. */
function spanAt(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = random.below(bytes.length + 1);
  if (random.chance(0.3)) {
    const start = bytes.lastIndexOf(0x0a, Math.max(0, from - 1)) + 1;
    const end = bytes.indexOf(0x0a, from);
    return [Math.min(start, from), end < 0 ? bytes.length : end + 1];
  }
  return [from, Math.min(bytes.length, from + 1 + random.below(SPAN))];
}

/** The word, number or quoted text that begins at `at` or is the next. */
function tokenAt(bytes: Buffer, at: number): [from: number, to: number] {
  const window = bytes.toString('latin1', at, at + 4 * SPAN);
  const token = /(?<![\w.+-])[\w.+-]+|"(?:[^"\\\n]|\\.)*"/.exec(window);
  return token === null ? [at, at] : [at + token.index, at + token.index + token[0].length];
}
