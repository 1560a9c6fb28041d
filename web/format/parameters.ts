import { formatValue } from './numbers.ts';

/** A hyperparameter or a value of a summary, exactly: texts as they are, anything else as JSON. */
export function exactText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As short as a metric's value, but for whole numbers: seeds and versions must be told apart. */
export function shortText(value: unknown): string {
  return typeof value === 'number' && !Number.isInteger(value) ? formatValue(value) : exactText(value);
}
