/** Events files to be asked for. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventsShape, writeEvents } from './events-file.ts';

/** A file of events, and with how many rows an answer is asked for. */
export interface EventsData {
  readonly file: string;
  readonly shape: EventsShape;
  readonly events: number;
  readonly bytes: number;
  readonly downsample: number;
}

const POINTS = 2000;

/** Writes a file of events. */
export async function makeEvents(
  directory: string,
  shape: EventsShape,
  events: number,
  downsample = POINTS,
): Promise<EventsData> {
  const file = join(directory, `${shape.name.replaceAll(' ', '-')}.jsonl`);
  await writeEvents(file, shape, 0, events);
  const { size } = await stat(file);
  return { file, shape, events, bytes: size, downsample };
}
