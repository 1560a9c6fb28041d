import type { ChartAxis } from '../../address/address.ts';
import { formatCount, formatValue } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';
import { inLanguage, locale } from '../../ui/language.ts';

export const axisNames: Readonly<Record<ChartAxis, string>> = inLanguage(
  { step: 'Step', relative: 'Relative time', wall: 'Wall clock', epoch: 'Epoch' },
  { step: '步数', relative: '相对时间', wall: '绝对时间', epoch: 'Epoch' },
);

const places: Readonly<Record<ChartAxis, (x: string) => string>> = inLanguage(
  { step: (x) => `step ${x}`, relative: (x) => x, wall: (x) => x, epoch: (x) => `epoch ${x}` },
  { step: (x) => `第 ${x} 步`, relative: (x) => x, wall: (x) => x, epoch: (x) => `epoch ${x}` },
);

/** As short as it can be beside a cursor, with a clock like the ticks'. */
const moments = new Intl.DateTimeFormat(locale, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

const FORMATS: Readonly<Record<ChartAxis, (x: number) => string>> = {
  step: formatCount,
  relative: formatDuration,
  wall: (x) => moments.format(x * 1000),
  epoch: formatValue,
};

/** A place on an axis, as one says it: `step 1,200`, `1:02:03`. */
export function placeText(axis: ChartAxis, x: number): string {
  return places[axis](FORMATS[axis](x));
}

/** The same where it is clear what it is a place of. */
export function shortPlaceText(axis: ChartAxis, x: number): string {
  return FORMATS[axis](x);
}
