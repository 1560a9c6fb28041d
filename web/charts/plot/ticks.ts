import { inLanguage, locale } from '../../ui/language.ts';

/** A place on an axis, and what stands there. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

const unitNames = inLanguage(
  { day: 'd', hour: 'h', minute: 'm', second: 's' },
  { day: '天', hour: '时', minute: '分', second: '秒' },
);

/** Beyond these a number is written with an exponent. */
const [SMALLEST_PLAIN, LARGEST_PLAIN] = [1e-3, 1e15];
const SUFFIXES = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
] as const;

const MOST_DECIMALS = 12;

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200] as const;
const DAY = 86_400;
const MONTH = 30 * DAY;

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const clocks = {
  minutes: new Intl.DateTimeFormat(locale, clock),
  seconds: new Intl.DateTimeFormat(locale, { ...clock, second: '2-digit' }),
  milliseconds: new Intl.DateTimeFormat(locale, { ...clock, second: '2-digit', fractionalSecondDigits: 3 }),
};
const dates = {
  day: new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' }),
  month: new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short' }),
  year: new Intl.DateTimeFormat(locale, { year: 'numeric' }),
};

/** Ticks at round numbers. @param most how many there is room for @param least the least distance of two, 1 for steps */
export function numberTicks(from: number, to: number, most: number, least = 0): readonly Tick[] {
  const places = multiplesOf(Math.max(roundIncrement((to - from) / most), least), from, to);
  return places.map((at) => ({ at, label: label(at, places) }));
}

/** Ticks at powers of ten, and between them where there are few. */
export function logTicks(from: number, to: number, most: number): readonly Tick[] {
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const decades = Array.from(
    { length: Math.max(0, Math.floor((last - first) / every) + 1) },
    (_, i) => first + i * every,
  );
  const places =
    decades.length < 3
      ? betweenDecades(first - 1, last, from, to, most)
      : decades.map((exponent) => Number(`1e${exponent}`));
  if (places.length < 2) return numberTicks(from, to, most);
  return places.map((at) => ({ at, label: label(at, [at]) }));
}

/** The 1, 2 and 5 of each decade, or all of 1 to 9 where these are few. */
function betweenDecades(first: number, last: number, from: number, to: number, most: number): readonly number[] {
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const all = (digits: readonly number[]) =>
    exponents
      .flatMap((exponent) => digits.map((digit) => Number(`${digit}e${exponent}`)))
      .filter((at) => at >= from && at <= to);
  const dense = all([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  return dense.length <= most ? dense : all([1, 2, 5]).slice(0, most * 2);
}

/** Ticks of a duration in seconds: `30s`, `1m 30s`, `2h`, `3d 12h`. */
export function durationTicks(from: number, to: number, most: number): readonly Tick[] {
  const wanted = (to - from) / most;
  const increment = SECONDS.find((each) => each >= wanted);
  if (wanted < 0.5) {
    const places = multiplesOf(roundIncrement(wanted), from, to);
    return places.map((at) => ({ at, label: `${plain(at, decimalsOf(places))}${unitNames.second}` }));
  }
  const places = multiplesOf(increment ?? DAY * Math.ceil(roundIncrement(wanted / DAY)), from, to);
  return places.map((at) => ({ at, label: durationLabel(at) }));
}

function durationLabel(seconds: number): string {
  const size = Math.abs(seconds);
  const parts = [
    [Math.floor(size / DAY), unitNames.day],
    [Math.floor(size / 3600) % 24, unitNames.hour],
    [Math.floor(size / 60) % 60, unitNames.minute],
    [Math.floor(size % 60), unitNames.second],
  ] as const;
  const written = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return (seconds < 0 ? '−' : '') + (written.join(' ') || '0');
}

/** Ticks of Unix seconds, in the user's time zone; a second line has the date where another day begins. */
export function momentTicks(from: number, to: number, most: number): readonly Tick[] {
  const wanted = (to - from) / most;
  if (wanted > 12 * 3600) return dayTicks(from, to, wanted);
  const increment = SECONDS.find((each) => each >= wanted) ?? 43_200;
  const midnight = startOfDay(from);
  const places = multiplesOf(wanted < 0.5 ? roundIncrement(wanted) : increment, from - midnight, to - midnight);
  const format = clocks[wanted < 0.5 ? 'milliseconds' : increment < 60 ? 'seconds' : 'minutes'];
  return places.map((since, index) => {
    const at = midnight + since;
    const before = places[index - 1];
    const isNewDay = before === undefined || startOfDay(midnight + before) !== startOfDay(at);
    return { at, label: format.format(at * 1000) + (isNewDay ? `\n${dates.day.format(at * 1000)}` : '') };
  });
}

/** Midnights, first days of months or of years, by what there is room for. */
function dayTicks(from: number, to: number, wanted: number): readonly Tick[] {
  const start = new Date(from * 1000);
  const [days, months] = [[1, 2, 7, 14].find((each) => each * DAY >= wanted), Math.ceil(wanted / MONTH)];
  const every = [1, 2, 3, 6].find((each) => each >= months) ?? 12 * Math.ceil(roundIncrement(months / 12));
  const place = (i: number) =>
    days === undefined
      ? new Date(start.getFullYear(), (every >= 12 ? 0 : start.getMonth()) + i * every, 1)
      : new Date(start.getFullYear(), start.getMonth(), start.getDate() + i * days);
  const format = dates[days !== undefined ? 'day' : every < 12 ? 'month' : 'year'];
  const ticks: Tick[] = [];
  for (let i = 0; place(i).getTime() <= to * 1000; i++) {
    const at = place(i).getTime() / 1000;
    if (at >= from) ticks.push({ at, label: format.format(place(i)) });
  }
  return ticks;
}

function startOfDay(time: number): number {
  return new Date(time * 1000).setHours(0, 0, 0, 0) / 1000;
}

/** The least of 1, 2, 5, 10, 20… that is not less, and so for small ones. */
function roundIncrement(least: number): number {
  const exponent = Math.floor(Math.log10(least));
  const found = [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)).find((each) => each >= least);
  return found ?? Number(`1e${exponent + 1}`);
}

function multiplesOf(increment: number, from: number, to: number): readonly number[] {
  // An end is a multiple though rounding says that it is a little less or more.
  const [first, last] = [Math.ceil(from / increment - 1e-9), Math.floor(to / increment + 1e-9)];
  // Three divided by ten is nearer to 0.3 than three times 0.1 is.
  const inverse = increment < 1 ? Math.round(1 / increment) : 0;
  const isExact = inverse > 0 && Number.isSafeInteger(inverse);
  const multiple = (count: number) => (isExact ? count / inverse : count * increment);
  const inside = (at: number) => Math.min(Math.max(at, from), to);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => inside(multiple(first + i)) || 0);
}

/** A number among others: with as many decimals as tell them apart. */
function label(value: number, all: readonly number[]): string {
  const largest = Math.max(...all.map(Math.abs));
  if (value === 0) return '0';
  if (largest < SMALLEST_PLAIN || largest >= LARGEST_PLAIN) return exponential(value);
  const [unit, suffix] = SUFFIXES.find(([size]) => size <= largest && largest >= 1e4 && fits(all, size)) ?? [1, ''];
  return plain(value / unit, decimalsOf(all.map((each) => each / unit))) + suffix;
}

/** Whether the numbers have no more than two decimals in that unit. */
function fits(all: readonly number[], unit: number): boolean {
  return decimalsOf(all.map((each) => each / unit)) <= 2;
}

/** How many decimals write the numbers in full, but for their rounding errors. */
function decimalsOf(all: readonly number[]): number {
  const written = all.map((each) => Number(each.toPrecision(MOST_DECIMALS)).toString().split('.')[1]?.length ?? 0);
  return Math.min(Math.max(0, ...written), MOST_DECIMALS);
}

/** Made once for each number of decimals: that takes longer than to use them. */
const plainFormats = Array.from(
  { length: MOST_DECIMALS + 1 },
  (_, decimals) => new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
);

function plain(value: number, decimals: number): string {
  return plainFormats[decimals]?.format(value) ?? String(value);
}

function exponential(value: number): string {
  return Number(value.toPrecision(MOST_DECIMALS)).toExponential().replace('e+', 'e');
}
