import { z } from 'zod';
import { BadUserInput } from '../errors.ts';
import type { MetricsPosition } from './position.ts';

const count = z.int().min(0);
const key = z.number().nullable();

const content = z.tuple([z.string(), count, z.string(), count, key, z.tuple([key, key]).nullable()]);

export function encodeCursor({ inode, offset, print, events, origin, provisional }: MetricsPosition): string {
  const keys = provisional === null ? null : [provisional.step, provisional.time];
  return Buffer.from(JSON.stringify([inode, offset, print, events, origin, keys])).toString('base64url');
}

/** @param name of the argument that holds it, for the BadUserInput that is thrown where it is not a cursor */
export function decodeCursor(name: string, text: string): MetricsPosition {
  const parsed = content.safeParse(parse(text));
  if (parsed.success) {
    const [inode, offset, print, events, origin, keys] = parsed.data;
    // Each event has a byte at least.
    if (events <= offset) {
      return { inode, offset, print, events, origin, provisional: keys && { step: keys[0], time: keys[1] } };
    }
  }
  throw new BadUserInput(`${name}: '${text.slice(0, 100)}' is not a cursor of metrics`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
