import { FEWEST_POINTS, MOST_POINTS } from '../../metrics/rows/row-selection.ts';
import { InvalidParameter } from '../errors.ts';

const NAME = 'downsample';

/** The rows asked for by the query string of a URL; null for all. Throws an InvalidParameter. */
export function downsampleOf(url: string): number | null {
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  const values = new Set(new URLSearchParams(query).getAll(NAME));
  if (values.size > 1) throw new InvalidParameter(NAME, 'given more than once, with different values', 'duplicate');
  const [value] = values;
  if (value === undefined) return null;
  const shown = `'${value.slice(0, 40)}'`;
  if (!/^[0-9]+$/.test(value)) {
    throw new InvalidParameter(NAME, `${shown} is not an integer in decimal digits`, 'int_parsing');
  }
  const points = Number(value);
  if (points < FEWEST_POINTS) {
    throw new InvalidParameter(NAME, `${shown} is less than ${FEWEST_POINTS}`, 'greater_than_equal');
  }
  if (points > MOST_POINTS) {
    throw new InvalidParameter(NAME, `${shown} is greater than ${MOST_POINTS}`, 'less_than_equal');
  }
  return points;
}
