import { NUMBER_LENGTH, type RowFormat, type Value, type Values } from './row-format.ts';

/** Objects with more members than this are hash tables, which are slow to make and to write. */
const MOST_MEMBERS = 100;

const encoder = new TextEncoder();

/** `{"columns", "rows", "total", "sampled"}`, each row an object of all columns; NaN and infinities are null. */
export const JSON_ROWS: RowFormat = {
  head: ({ names, total }) => `{"columns":${JSON.stringify(total === 0 ? [] : names)},"rows":[`,
  writer: (names) => {
    const write = keepTheirOrder(names) ? byStringify(names) : byHand(names);
    // Without the brackets around rows. Cut off as bytes: a part of a text would be copied before it is encoded.
    return (values) => encoder.encode(write(values)).subarray(1, -1);
  },
  between: ',',
  foot: ({ total, sampled }) => `],"total":${total},"sampled":${sampled}}`,
  cellLength: (name) => name.length + NUMBER_LENGTH,
};

/** Whether members of these names stay in this order in an object, and are members. */
function keepTheirOrder(names: readonly string[]): boolean {
  return names.length <= MOST_MEMBERS && !names.some((name) => /^\d+$/.test(name) || name === '__proto__');
}

/** Rows to JSON, in brackets. */
type WriteRows = (values: Values) => string;

function byStringify(names: readonly string[]): WriteRows {
  // Used again for other rows: to make objects takes as long as to write them.
  const objects: Record<string, Value>[] = [];
  return (values) => {
    const rows = values[0].length;
    for (let row = 0; row < rows; row++) {
      objects[row] ??= {};
      for (let c = 0; c < names.length; c++) objects[row][names[c]] = values[c][row];
    }
    return JSON.stringify(rows === objects.length ? objects : objects.slice(0, rows));
  };
}

function byHand(names: readonly string[]): WriteRows {
  const keys = names.map((name, c) => `${c > 0 ? ',' : '{'}${JSON.stringify(name)}:`);
  return (values) => {
    const rows = Array.from(values[0], (_, row) => {
      let json = '';
      for (let c = 0; c < keys.length; c++) json += keys[c] + JSON.stringify(values[c][row]);
      return `${json}}`;
    });
    return `[${rows.join(',')}]`;
  };
}
