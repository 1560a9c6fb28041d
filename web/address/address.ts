import type { RunStatus } from '../api/generated/graphql.ts';
import { NEWEST_FIRST, type Order, readOrder, writeOrder } from './order.ts';

/** All that a colleague needs to see the same. */
export interface Address {
  readonly view: View;
  /** The compared runs. The place of each is its colour: where one was taken out there is a null until another comes. */
  readonly runs: readonly (string | null)[];
  /** The run that is looked at instead of the compared ones, which stay chosen; '' for none. */
  readonly only: string;

  /** What is typed into the search of the runs. */
  readonly text: string;
  /** The folder whose runs are listed; '' for all. */
  readonly path: string;
  readonly status: readonly RunStatus[];
  readonly tags: readonly string[];
  readonly order: Order;
  /** Further columns of the table, like `config.lr` and `summary.accuracy`. */
  readonly columns: readonly string[];
  /** The metric of the sparklines; '' where the page chooses. */
  readonly spark: string;

  readonly axis: ChartAxis;
  /** The visible part of the axis, in its units; null: all. */
  readonly range: AxisRange | null;
  /** Weight of the moving average, from 0 (none) to less than 1. */
  readonly smoothing: number;
  readonly logScale: boolean;
  /** Whether outliers may lie outside of the plots. */
  readonly ignoreOutliers: boolean;
  /** Which panels: those with this text in their metric's name. */
  readonly metric: string;
  /** The folded groups of panels. */
  readonly folded: readonly string[];
  /** The compared runs whose curves are not drawn. */
  readonly hidden: readonly string[];
  /** The metric whose panel has all the room; null for none: '' is a name. */
  readonly panel: string | null;
  /** Which hyperparameters are listed. */
  readonly parameters: ListedParameters;

  /** The run whose log is shown; '' for the first of the compared. */
  readonly log: string;
  /** The lines that are shown and marked; null: the end, which is followed. */
  readonly line: LineRange | null;
  /** What is searched for in the log. */
  readonly find: string;
  /** Whether its case matters. */
  readonly findCase: boolean;
  /** Whether lines of the log are wrapped. */
  readonly wrap: boolean;
}

/** Lines of a log by their numbers, counted from 1: one, or all from the first to the last. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export type View = (typeof VIEWS)[number];
export type ChartAxis = (typeof AXES)[number];
type ListedParameters = (typeof LISTED_PARAMETERS)[number];

export interface AxisRange {
  readonly from: number;
  readonly to: number;
}

const VIEWS = ['runs', 'charts', 'logs'] as const;
const AXES = ['step', 'relative', 'wall', 'epoch'] as const;
const LISTED_PARAMETERS = ['none', 'differing', 'all'] as const;
const STATUSES = ['RUNNING', 'FINISHED', 'FAILED', 'INTERRUPTED', 'UNKNOWN'] as const;

/** How a value stands in the query string. What cannot be read is as if it were absent. */
interface Codec<Value> {
  readonly absent: Value;
  /** Undefined where the text means nothing. */
  readonly read: (text: string) => Value | undefined;
  readonly write: (value: Value) => string;
}

const text: Codec<string> = { absent: '', read: (written) => written, write: (value) => value };

const flag: Codec<boolean> = {
  absent: false,
  read: (written) => written === '1',
  write: (value) => (value ? '1' : ''),
};

function oneOf<Value extends string>(values: readonly Value[], absent: Value): Codec<Value> {
  return { absent, read: (written) => values.find((value) => value === written), write: (value) => value };
}

function number<Absent>(absent: Absent, isValid: (value: number) => boolean): Codec<number | Absent> {
  function read(written: string) {
    const value = readNumber(written);
    return isValid(value) ? value : undefined;
  }
  return { absent, read, write: String };
}

/** NaN where it is none; -0 is 0, as which it is written. */
function readNumber(written: string): number {
  return written === '' ? Number.NaN : Number(written) + 0;
}

/** Items between commas. */
const list: Codec<readonly string[]> = {
  absent: [],
  read: (written) => (written === '' ? [] : written.split(',').map(readItem)),
  write: (items) => items.map(writeItem).join(','),
};

/** An item, or none. */
const metricName: Codec<string | null> = {
  absent: null,
  read: (written) => (written === '' ? null : readItem(written)),
  write: (name) => (name === null ? '' : writeItem(name)),
};

/** Each run has one slot: the first where it stands twice. */
const slots: Codec<Address['runs']> = {
  absent: [],
  read(written) {
    const read = written.split(',').map((item) => (item === '' ? null : readItem(item)));
    const items = read.map((item, slot) => (read.indexOf(item) === slot ? item : null));
    return items.slice(0, items.findLastIndex((item) => item !== null) + 1);
  },
  write: (items) => items.map((item) => (item === null ? '' : writeItem(item))).join(','),
};

function readItem(written: string): string {
  return written === '~' ? '' : written.replaceAll('~c', ',').replaceAll('~t', '~');
}

/** Without commas, and not empty: a list of one empty item is not an empty list. */
function writeItem(item: string): string {
  return item === '' ? '~' : item.replaceAll('~', '~t').replaceAll(',', '~c');
}

const statuses: Codec<readonly RunStatus[]> = {
  absent: [],
  read: (written) => STATUSES.filter((status) => written.toUpperCase().split(',').includes(status)),
  write: (values) => values.join(',').toLowerCase(),
};

const order: Codec<Order> = {
  absent: NEWEST_FIRST,
  read: readOrder,
  write: writeOrder,
};

const range: Codec<AxisRange | null> = {
  absent: null,
  read(written) {
    const [from = Number.NaN, to = Number.NaN] = written.split('..').map(readNumber);
    return Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : undefined;
  },
  write: (value) => (value ? `${value.from}..${value.to}` : ''),
};

/** `5`, or `5-9`. */
const lineRange: Codec<LineRange | null> = {
  absent: null,
  read(written) {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(written) ?? [];
    const [first, last] = [Number(from), Number(to)];
    return Number.isSafeInteger(last) && first > 0 && first <= last ? { first, last } : undefined;
  },
  write: (value) => (value ? [...new Set([value.first, value.last])].join('-') : ''),
};

const CODECS: { readonly [Name in keyof Address]: Codec<Address[Name]> } = {
  view: oneOf(VIEWS, 'runs'),
  runs: slots,
  only: text,
  text,
  path: text,
  status: statuses,
  tags: list,
  order,
  columns: list,
  spark: text,
  axis: oneOf(AXES, 'step'),
  range,
  smoothing: number<number>(0, (value) => value >= 0 && value < 1),
  logScale: flag,
  ignoreOutliers: flag,
  metric: text,
  folded: list,
  hidden: list,
  panel: metricName,
  parameters: oneOf(LISTED_PARAMETERS, 'none'),
  log: text,
  line: lineRange,
  find: text,
  findCase: flag,
  wrap: flag,
};

const NAMES = Object.keys(CODECS).filter(isName);

function isName(name: string): name is keyof Address {
  return name in CODECS;
}

/** @param search the query string, with or without `?` */
export function readAddress(search: string): Address {
  const parameters = new URLSearchParams(search);
  function field<Name extends keyof Address>(name: Name): Address[Name] {
    const { absent, read }: Codec<Address[Name]> = CODECS[name];
    const written = parameters.get(name);
    return written === null ? absent : (read(written) ?? absent);
  }
  return {
    view: field('view'),
    runs: field('runs'),
    only: field('only'),
    text: field('text'),
    path: field('path'),
    status: field('status'),
    tags: field('tags'),
    order: field('order'),
    columns: field('columns'),
    spark: field('spark'),
    axis: field('axis'),
    range: field('range'),
    smoothing: field('smoothing'),
    logScale: field('logScale'),
    ignoreOutliers: field('ignoreOutliers'),
    metric: field('metric'),
    folded: field('folded'),
    hidden: field('hidden'),
    panel: field('panel'),
    parameters: field('parameters'),
    log: field('log'),
    line: field('line'),
    find: field('find'),
    findCase: field('findCase'),
    wrap: field('wrap'),
  };
}

/**
 * The query string, with `?`, of what is not as in an empty one. Commas and slashes stay readable. Halves of characters, as
 * a tag may have them, become U+FFFD: they have no encoding.
 */
export function writeAddress(address: Address): string {
  const written = NAMES.flatMap((name) => {
    const value = writeField(name, address[name]);
    if (value === writeField(name, CODECS[name].absent)) return [];
    return [`${name}=${encodeURIComponent(value.toWellFormed()).replaceAll('%2C', ',').replaceAll('%2F', '/')}`];
  });
  return `?${written.join('&')}`;
}

function writeField<Name extends keyof Address>(name: Name, value: Address[Name]): string {
  return CODECS[name].write(value);
}
