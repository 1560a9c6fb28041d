import { z } from 'zod';
import { cursorContent, cursorText } from '../cursor-text.ts';
import { BadUserInput } from '../errors.ts';
import type { MetricsPosition } from './position.ts';

const count = z.int().min(0);
const key = z.number().nullable();

const content = z.tuple([z.string(), count, z.string(), count, key, z.tuple([key, key]).nullable()]);

export function encodeCursor({ inode, offset, print, events, origin, provisional }: MetricsPosition): string {
  const keys = provisional === null ? null : [provisional.step, provisional.time];
  return cursorText([inode, offset, print, events, origin, keys]);
}

/** @param name of the argument that holds it, for the BadUserInput that is thrown where it is not a cursor */
export function decodeCursor(name: string, text: string): MetricsPosition {
  const held = cursorContent(text, content);
  if (held !== undefined) {
    const [inode, offset, print, events, origin, keys] = held;
    // Each event has a byte at least.
    if (events <= offset) {
      return { inode, offset, print, events, origin, provisional: keys && { step: keys[0], time: keys[1] } };
    }
  }
  throw new BadUserInput(`${name}: '${text.slice(0, 100)}' is not a cursor of metrics`);
}
