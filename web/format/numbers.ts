import { locale } from '../ui/language.ts';

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { maximumSignificantDigits: 5 });

/** A count, or a step: `1,234,567`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** A metric's value in five digits: `0.93112`, `12,345`, `3e-4`; nothing is rounded to 0. */
export function formatValue(value: number): string {
  if (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7)) return short.format(value);
  return value
    .toExponential(3)
    .replace(/\.?0*e/, 'e')
    .replace('e+', 'e');
}
