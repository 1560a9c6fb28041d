import { randomUUID } from 'node:crypto';
import { ColumnTexts } from './column-texts.ts';

/** How long a text is, about, that is made at a stretch: a millisecond's worth, and what a small answer may take. */
const SLICE = 65_536;
const SMALL = 262_144;

type Cell = number | string | null;

const keptTexts = new ColumnTexts();

/** Has a say in which columns of the value that is being stringified are written as texts of its own. */
let replace: ((column: Column) => string | undefined) | undefined;

/** A column on its way out: one value to the executor, an array to JSON.stringify. */
export class Column {
  readonly #cells: Float64Array | readonly (string | null)[];

  /** @param cells labels, or numbers: those that are not finite are null in JSON */
  constructor(cells: Float64Array | readonly (string | null)[]) {
    this.#cells = cells;
  }

  toJSON(): string | readonly Cell[] {
    return replace?.(this) ?? Array.from<Cell>(this.#cells);
  }

  /** About how long its JSON text is; of one longer than `most`, that it is. */
  size(most: number): number {
    return this.#stretch(0, most).size;
  }

  /** Its JSON text, in slices. */
  *slices(): Generator<string> {
    const textFrom = keptTexts.of(this.#cells);
    yield '[';
    for (let from = 0, to = 0; from < this.#cells.length; from = to) {
      to = this.#stretch(from, SLICE).to;
      const slice = textFrom(from, () => JSON.stringify(Array.from<Cell>(this.#cells.slice(from, to))).slice(1, -1));
      yield from > 0 ? `,${slice}` : slice;
    }
    yield ']';
  }

  /** The cells from `from` on whose text just passes `most`. */
  #stretch(from: number, most: number): { readonly to: number; readonly size: number } {
    let to = from;
    let size = 0;
    while (to < this.#cells.length && size <= most) size += sizeOf(this.#cells[to++]);
    return { to, size };
  }
}

/** About how many characters of JSON a cell takes. */
function sizeOf(cell: Cell): number {
  return typeof cell === 'string' ? cell.length + 3 : 18;
}

/**
 * The JSON text of a value that may hold columns, just as JSON.stringify writes it: as a whole where all columns
 * together are small, else in pieces that are made as they are asked for.
 */
export function columnJson(value: object): string | Iterable<string> {
  const { texts, columns } = aroundLargeColumns(value);
  return columns.length === 0 ? texts[0] : pieces(texts, columns);
}

function* pieces(texts: readonly string[], columns: readonly Column[]): Generator<string> {
  let piece = texts[0];
  for (const [place, column] of columns.entries()) {
    for (const slice of column.slices()) {
      piece += slice;
      if (piece.length < SLICE) continue;
      yield piece;
      piece = '';
    }
    piece += texts[place + 1];
  }
  yield piece;
}

/** The JSON text of a value but for the columns that follow its first small ones; one lies between each two texts. */
function aroundLargeColumns(value: object): { readonly texts: readonly string[]; readonly columns: readonly Column[] } {
  // A text in the value that is the same would be taken for a column: nobody may know it before.
  const mark = randomUUID();
  const columns: Column[] = [];
  let room = SMALL;
  replace = (column) => {
    if (room > 0) room -= column.size(room);
    if (room > 0) return undefined;
    columns.push(column);
    return mark;
  };
  try {
    return { texts: JSON.stringify(value).split(`"${mark}"`), columns };
  } finally {
    replace = undefined;
  }
}
