import { z } from 'zod';
import { cursorContent, cursorText } from '../src/cursor-text.ts';
import { BadUserInput } from '../src/errors.ts';
import { nameOfOrder, positionOf, type RunOrder, type RunPosition } from '../src/runs/run-order.ts';
import type { RunRecord } from '../src/runs/run-record.ts';
import { notOfThisList } from './paging.ts';

const place = z.tuple([z.string(), z.union([z.string(), z.number(), z.null()]), z.number(), z.string()]);

/** Names the place of a run in that order, and the order. */
export function cursorOf(run: RunRecord, order: RunOrder): string {
  const { key, createdAt, id } = positionOf(run, order);
  return cursorText([nameOfOrder(order), key, createdAt, id] satisfies z.infer<typeof place>);
}

/** The place that a cursor names. @param argument where the client gave it. Throws BadUserInput. */
export function parseCursor(argument: string, cursor: string, order: RunOrder): RunPosition {
  const held = cursorContent(cursor, place);
  if (held === undefined) throw notOfThisList(argument, cursor);
  const [name, key, createdAt, id] = held;
  if (name !== nameOfOrder(order)) {
    throw new BadUserInput(
      `${argument}: '${cursor.slice(0, 100)}' is a cursor of the order ${name.slice(0, 100)}, not of ${nameOfOrder(order)}`,
    );
  }
  return { key, createdAt, id };
}
