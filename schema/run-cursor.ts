import { z } from 'zod';
import { BadUserInput } from '../src/errors.ts';
import { positionOf, type RunOrder, type RunPosition } from '../src/runs/run-order.ts';
import type { RunRecord } from '../src/runs/run-record.ts';

const cursorContent = z.tuple([z.string(), z.union([z.string(), z.number(), z.null()]), z.number(), z.string()]);

/** Names the place of a run in that order, and the order. */
export function cursorOf(run: RunRecord, order: RunOrder): string {
  const { key, createdAt, id } = positionOf(run, order.field);
  const content: z.infer<typeof cursorContent> = [nameOf(order), key, createdAt, id];
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/** The place that a cursor names. @param argument where the client gave it. Throws BadUserInput. */
export function parseCursor(argument: string, cursor: string, order: RunOrder): RunPosition {
  const [name, key, createdAt, id] = contentOf(argument, cursor);
  if (name !== nameOf(order)) {
    throw new BadUserInput(
      `${argument}: '${cursor.slice(0, 100)}' is a cursor of the order ${name.slice(0, 100)}, not of ${nameOf(order)}`,
    );
  }
  return { key, createdAt, id };
}

function contentOf(argument: string, cursor: string): z.infer<typeof cursorContent> {
  try {
    return cursorContent.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new BadUserInput(`${argument}: '${cursor.slice(0, 100)}' is not a cursor of this list`, { cause });
  }
}

function nameOf({ field, direction }: RunOrder): string {
  return `${field} ${direction}`;
}
