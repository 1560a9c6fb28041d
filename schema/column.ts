import { randomUUID } from 'node:crypto';

/** What a slice weighs, about, in characters of JSON: a millisecond's worth. */
const SLICE = 65_536;
const NUMBER_WEIGHT = 16;

/** Takes the columns of the value that is being stringified. */
let standIn: ((column: Column) => string) | undefined;

/** A column on its way out: one value to the executor, an array to JSON.stringify. */
export class Column {
  readonly #cells: Float64Array | readonly (string | null)[];

  /** @param cells labels, or numbers: those that are not finite are null in JSON */
  constructor(cells: Float64Array | readonly (string | null)[]) {
    this.#cells = cells;
  }

  toJSON(): string | readonly (number | string | null)[] {
    return standIn?.(this) ?? Array.from<number | string | null>(this.#cells);
  }

  /** The array's JSON text, in slices. */
  *json(): Generator<string> {
    yield '[';
    for (let from = 0, to = 0; from < this.#cells.length; from = to) {
      to = this.#sliceEnd(from);
      const slice = JSON.stringify(Array.from<number | string | null>(this.#cells.slice(from, to))).slice(1, -1);
      yield from > 0 ? `,${slice}` : slice;
    }
    yield ']';
  }

  #sliceEnd(from: number): number {
    let to = from;
    for (let weight = 0; to < this.#cells.length && weight < SLICE; to++) {
      const cell = this.#cells[to];
      weight += typeof cell === 'string' ? cell.length + 1 : NUMBER_WEIGHT;
    }
    return to;
  }
}

/** The JSON text of a value that may hold columns, as JSON.stringify writes it, in pieces of about 64 KiB. */
export function* jsonPieces(value: object): Generator<string> {
  const { texts, columns } = aroundColumns(value);
  let piece = texts[0];
  for (const [place, column] of columns.entries()) {
    for (const slice of column.json()) {
      piece += slice;
      if (piece.length < SLICE) continue;
      yield piece;
      piece = '';
    }
    piece += texts[place + 1];
  }
  yield piece;
}

/** The JSON text of a value without its columns, and these, of which each lies between two of the texts. */
function aroundColumns(value: object): { texts: readonly string[]; columns: readonly Column[] } {
  // A text in the value that is the same would be taken for a column, so none may know it before.
  const mark = randomUUID();
  const columns: Column[] = [];
  standIn = (column) => {
    columns.push(column);
    return mark;
  };
  try {
    return { texts: JSON.stringify(value).split(`"${mark}"`), columns };
  } finally {
    standIn = undefined;
  }
}
