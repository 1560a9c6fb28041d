import { InvalidArgumentError } from 'commander';
import proxyAddr from 'proxy-addr';

/** Readers of the values of options. Each throws what commander tells, with the option and the value before it. */

export function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

export function collectHosts(text: string, others: readonly string[] = []): readonly string[] {
  if (!/^[a-z\d.-]+$/i.test(text)) {
    throw new InvalidArgumentError('A name has letters, digits, dots and hyphens, and no port.');
  }
  return [...others, text];
}

export function collectOrigins(text: string, others: readonly string[] = []): readonly string[] {
  if (!URL.canParse(text) || new URL(text).origin !== text || !/^https?:/.test(text)) {
    throw new InvalidArgumentError('An origin is a scheme and a host, such as https://lab.example.org, in lower case.');
  }
  return [...others, text];
}

export function collectProxies(text: string, others: readonly string[] = []): readonly string[] {
  try {
    proxyAddr.compile(text);
  } catch {
    throw new InvalidArgumentError('A proxy is an address, a network such as 10.0.0.0/8, or loopback.');
  }
  return [...others, text];
}

/** A number of things; Infinity for `none`, which is no limit. */
export function parseMost(text: string): number {
  if (text === 'none') return Number.POSITIVE_INFINITY;
  const most = /^\d+$/.test(text) ? Number(text) : 0;
  if (!(most >= 1 && Number.isSafeInteger(most))) {
    throw new InvalidArgumentError('A limit is a whole number from 1, or none.');
  }
  return most;
}

/** Node's timers end at 2³¹ milliseconds, which is 24 days. */
const MOST_SECONDS = 86_400;

export function parseSeconds(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : 0;
  if (!(seconds >= 1 && seconds <= MOST_SECONDS)) {
    throw new InvalidArgumentError(`A time is a whole number of seconds from 1 to ${MOST_SECONDS}.`);
  }
  return seconds;
}

export function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

export function parseLineCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) throw new InvalidArgumentError('A number of lines is a whole number from 0.');
  return count;
}

export function parseUrl(text: string): string {
  if (!/^https?:/i.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('An address is a URL such as http://127.0.0.1:23300.');
  }
  return new URL(text).href.replace(/\/+$/, '');
}

const UNITS = new Map([
  ['', 1],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
  ['tib', 1024 ** 4],
]);

export function parseByteSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS.get(unit.toLowerCase()) ?? Number.NaN;
  const bytes = Math.floor(Number(digits) * factor);
  const isPartOfByte = factor === 1 && bytes !== Number(digits);
  if (!(bytes > 0 && Number.isSafeInteger(bytes)) || isPartOfByte) {
    throw new InvalidArgumentError('A size is a positive number of bytes, or of KiB, MiB, GiB or TiB.');
  }
  return bytes;
}
