import { locale } from '../ui/language.ts';

/** In seconds, roughly. */
const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago that was, in its largest unit: `3 hr. ago`. @param now both in milliseconds */
export function formatAge(time: number, now: number): string {
  const seconds = (time - now) / 1000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** Date and time, to the second. */
export function formatMoment(time: number): string {
  return moment.format(time);
}

/** `1:02:03`, `4:05`; with tenths below ten seconds, as when zoomed far in. */
export function formatDuration(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '−' : '';
  if (size < 10) return `${sign}0:0${size.toFixed(size % 1 === 0 ? 0 : 1)}`;
  const [hours, minutes, rest] = [Math.floor(size / 3600), Math.floor(size / 60) % 60, Math.floor(size % 60)];
  const two = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${sign}${hours}:${two(minutes)}:${two(rest)}` : `${sign}${minutes}:${two(rest)}`;
}
