import type { NonFinite } from '../../api/generated/graphql.ts';
import { formatValue } from '../../format/numbers.ts';

/** As it is written, and as it is marked: a shape each, for those who cannot tell colours apart. */
export const NON_FINITE: Readonly<Record<NonFinite, { readonly text: string; readonly shape: string }>> = {
  NAN: { text: 'NaN', shape: '✕' },
  POSITIVE_INFINITY: { text: '+∞', shape: '▲' },
  NEGATIVE_INFINITY: { text: '−∞', shape: '▼' },
};

export function valueText(value: number | NonFinite): string {
  return typeof value === 'number' ? formatValue(value) : NON_FINITE[value].text;
}
