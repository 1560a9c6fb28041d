import type { FrameRequest } from '../../src/metrics/answers/frame.ts';
import { RowView } from '../../src/metrics/rows/row-view.ts';
import type { RunMetrics } from '../../src/metrics/run-metrics.ts';
import type { Axis } from '../../src/metrics/table/axis.ts';
import { Chunk } from '../../src/metrics/table/chunk.ts';
import { ChunkBuilder } from '../../src/metrics/table/chunk-builder.ts';

/** The body of the REST interface for a run's metrics. */
export async function bodyOf(metrics: RunMetrics, axis: Axis, downsample: number | null = null): Promise<string> {
  const { body } = await metrics.rows(axis, downsample, 'json');
  if (body.kind === 'whole') return Buffer.from(await body.bytes()).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of body.pieces()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Asks for a frame of all that there is. */
export function everything(axis: Axis): FrameRequest {
  const range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  return { axis, columns: null, derived: [], range, points: null, mode: 'shared' };
}

/** As a view. */
export function viewOfColumns(...table: Parameters<typeof chunksOfColumns>): RowView {
  return new RowView(chunksOfColumns(...table), 'step');
}

/**
 * The chunks of a table that holds a row a second, by step. Columns are numbered by their place.
 *
 * @param columns a value a row, null for none
 * @param cuts the rows with which further chunks begin
 */
export function chunksOfColumns(
  x: readonly number[],
  columns: readonly (readonly (number | string | boolean | null)[])[],
  cuts: readonly number[],
): Chunk[] {
  const builder = new ChunkBuilder();
  const ids = new Map(columns.map((_, id) => [`column ${id}`, id]));
  const chunks: Chunk[] = [];
  const cut = () => {
    const { buffer, names } = builder.take();
    const chunk = new Chunk(buffer);
    chunk.renumber(names.map((name) => ids.get(name) ?? Number.NaN));
    chunks.push(chunk);
  };
  for (const [row, step] of x.entries()) {
    if (cuts.includes(row) && row > 0) cut();
    builder.begin(step, row * 1e6);
    for (const [name, id] of ids) {
      const value = columns[id][row];
      if (value !== null) builder.add(builder.column(name), value);
    }
  }
  cut();
  return chunks;
}
