import { z } from 'zod';
import { cursorContent, cursorText } from '../cursor-text.ts';
import { BadUserInput } from '../errors.ts';
import type { MetricsPosition } from './position.ts';
import { AXES, type Axis } from './table/axis.ts';

const count = z.int().min(0);
const key = z.number().nullable();

const content = z.tuple([z.enum(AXES), z.string(), count, z.string(), count, key, z.tuple([key, key]).nullable()]);

/** @param axis of the rows that someone at the position has got */
export function encodeCursor(axis: Axis, position: MetricsPosition): string {
  const { inode, offset, print, events, origin, provisional } = position;
  const keys = provisional === null ? null : [provisional.step, provisional.time];
  return cursorText([axis, inode, offset, print, events, origin, keys]);
}

/**
 * @param name of the argument that holds it
 * @throws BadUserInput where it is not a cursor, or one of another axis, whose x would be mixed up with those to come
 */
export function decodeCursor(name: string, text: string, axis: Axis): MetricsPosition {
  const held = cursorContent(text, content);
  if (held !== undefined) {
    const [ofAxis, inode, offset, print, events, origin, keys] = held;
    if (ofAxis !== axis) {
      throw new BadUserInput(`${name}: a cursor of the axis ${ofAxis.toUpperCase()}, not of ${axis.toUpperCase()}`);
    }
    // Each event has a byte at least.
    if (events <= offset) {
      return { inode, offset, print, events, origin, provisional: keys && { step: keys[0], time: keys[1] } };
    }
  }
  throw new BadUserInput(`${name}: '${text.slice(0, 100)}' is not a cursor of metrics`);
}
