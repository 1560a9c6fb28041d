import type { Axis } from '../table/axis.ts';
import type { Chunk } from '../table/chunk.ts';

/** Consecutive rows of a view: those whose keys lie in (after, upTo], with all chunks that have such keys, in file order. */
export interface RowPart {
  readonly axis: Axis;
  readonly sources: readonly Chunk[];
  readonly after: number;
  readonly upTo: number;
}

/**
 * The rows of a table along an axis in parts, ascending. What is appended behind all keys before changes no earlier
 * part; a run that was resumed, and so logs some steps again, changes those that hold these steps.
 */
export function partsOf(chunks: readonly Chunk[], axis: Axis): RowPart[] {
  const bounds = chunks.map((chunk) => ({ chunk, ...chunk.axes[axis] }));
  const parts: RowPart[] = [];
  let after = Number.NEGATIVE_INFINITY;
  for (const { highest: upTo } of bounds) {
    if (!(upTo > after)) continue;
    const sources = bounds.filter(({ lowest, highest }) => lowest <= upTo && highest > after);
    parts.push({ axis, sources: sources.map(({ chunk }) => chunk), after, upTo });
    after = upTo;
  }
  return parts;
}

/** The chunk whose events are the rows of a part as they are; null where they must be merged or put in order. */
export function asItIs({ axis, sources, after }: RowPart): Chunk | null {
  const [chunk, ...others] = sources;
  const { ascending, lowest } = chunk.axes[axis];
  return others.length === 0 && ascending && lowest > after ? chunk : null;
}

export function isSamePart(a: RowPart, b: RowPart): boolean {
  return (
    a.axis === b.axis &&
    a.after === b.after &&
    a.upTo === b.upTo &&
    a.sources.length === b.sources.length &&
    a.sources.every((chunk, i) => chunk === b.sources[i])
  );
}
