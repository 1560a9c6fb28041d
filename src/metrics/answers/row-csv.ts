import { NUMBER_LENGTH, type RowFormat, type Value } from './row-format.ts';

const encoder = new TextEncoder();
const LINE_END = '\r\n';

/**
 * CSV by RFC 4180, with a header, which names the axis also where there is no row. Texts are in quotes, always; numbers
 * (NaN and infinities as `NaN`, `Infinity`, `-Infinity`), `true` and `false` never; no value is an empty field.
 */
export const CSV_ROWS: RowFormat = {
  head: ({ names, total }) => line(total === 0 ? names.slice(0, 1) : names),
  writer: () => (values) => {
    let text = '';
    for (let row = 0; row < values[0].length; row++) text += line(values.map((column) => column[row]));
    return encoder.encode(text);
  },
  between: '',
  foot: () => '',
  cellLength: () => NUMBER_LENGTH,
};

function line(values: readonly Value[]): string {
  let text = field(values[0]);
  for (let c = 1; c < values.length; c++) text += `,${field(values[c])}`;
  return text + LINE_END;
}

/** Numbers in the form that JSON has too, the shortest. */
function field(value: Value): string {
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`;
  return value === null ? '' : String(value);
}
