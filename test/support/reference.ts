/**
 * The rules of the event file written down once more, as plainly as can be, from objects to objects: a judge for the
 * columns, the cache and the streaming reader, with which it shares nothing.
 */

type Value = number | string | boolean | null;

export interface ReferenceAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly ReadonlyMap<string, Value>[];
  readonly skippedLines: number;
  /** The number of the first line that was skipped, counted from 1. */
  readonly firstSkipped: number | null;
  readonly lastStep: number | null;
}

interface Event {
  readonly step: number | null;
  readonly micros: number | null;
  readonly cells: ReadonlyMap<string, Value>;
}

/** @param axisColumn `global_step` for the step view, `time` for the time view */
export function referenceAnswer(file: Buffer, axisColumn: 'global_step' | 'time'): ReferenceAnswer {
  const { events, skipped } = parse(file);
  const keyOf = (event: Event) => (axisColumn === 'time' ? event.micros : event.step);
  const hidden = new Set(['global_step', 'step', 'epoch', axisColumn]);
  const inFileOrder = new Set(events.flatMap(({ cells }) => [...cells.keys()]));
  const shown = events.filter((event) => keyOf(event) !== null);
  const names = [...inFileOrder].filter((name) => !hidden.has(name) && shown.some(({ cells }) => cells.has(name)));
  const merged = new Map<number, Map<string, Value>>();
  for (const event of shown) {
    const key = keyOf(event) ?? 0;
    const row = merged.get(key) ?? new Map<string, Value>();
    for (const [name, value] of event.cells) row.set(name, value);
    merged.set(key, row);
  }
  const keys = [...merged.keys()].toSorted((a, b) => a - b);
  const rows = keys.map((key) => {
    const row = new Map<string, Value>([[axisColumn, axisColumn === 'time' ? (key - keys[0]) / 1e6 : key]]);
    for (const name of names) row.set(name, servedValue(merged.get(key)?.get(name) ?? null));
    return row;
  });
  const steps = events.map(({ step }) => step).filter((step) => step !== null);
  return {
    columns: rows.length === 0 ? [] : [axisColumn, ...names],
    rows,
    skippedLines: skipped.length,
    firstSkipped: skipped[0] ?? null,
    lastStep: steps.length === 0 ? null : Math.max(...steps),
  };
}

/** The body of the REST interface. */
export function referenceBody({ columns, rows }: ReferenceAnswer): string {
  const rowTexts = rows.map((row) => {
    const members = [...row].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    return `{${members.join(',')}}`;
  });
  return `{"columns":${JSON.stringify(columns)},"rows":[${rowTexts.join(',')}],"total":${rows.length},"sampled":${rows.length}}`;
}

function servedValue(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** @returns the events, and the numbers of the lines that were skipped */
function parse(file: Buffer): { events: Event[]; skipped: number[] } {
  const events: Event[] = [];
  const skipped: number[] = [];
  const content = file.subarray(file.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0);
  const lines = splitLines(content);
  for (const [i, line] of lines.entries()) {
    const isLast = i === lines.length - 1;
    const outcome = parseLine(line);
    if (outcome === 'invalid') {
      if (!isLast) skipped.push(i + 1);
    } else if (outcome !== 'ignored') events.push(outcome);
  }
  return { events, skipped };
}

/** The last element is what follows the last line feed, empty or not. */
function splitLines(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let at = content.indexOf(0x0a); at >= 0; at = content.indexOf(0x0a, start)) {
    lines.push(content.subarray(start, at));
    start = at + 1;
  }
  return [...lines, content.subarray(start)];
}

function parseLine(line: Buffer): Event | 'ignored' | 'invalid' {
  const text = line.toString('utf8');
  if (/^[ \t\r\n]*$/.test(text)) return 'ignored';
  let event: unknown;
  try {
    event = parseWithTokens(text);
  } catch {
    return 'invalid';
  }
  if (!(event instanceof Map)) return 'invalid';
  if (event.get('type') !== 'metrics') return 'ignored';
  const data: unknown = event.get('data');
  if (!(data instanceof Map)) return 'invalid';
  const cells = new Map<string, Value>();
  for (const [name, value] of data) {
    if (isValue(value) && name !== 'global_step' && name !== 'step') cells.set(String(name), value);
  }
  const stepValue: unknown = data.get('global_step') ?? data.get('step');
  return { step: toStep(stepValue), micros: toMicros(event.get('ts')) ?? toMicros(data.get('time')), cells };
}

function isValue(value: unknown): value is Value {
  return value === null || ['number', 'string', 'boolean'].includes(typeof value);
}

function toMicros(value: unknown): number | null {
  const micros = typeof value === 'number' ? Math.round(value * 1e6) : Number.NaN;
  return Math.abs(micros) <= Number.MAX_VALUE / 2 ? micros : null;
}

function toStep(value: unknown): number | null {
  const isDecimal = typeof value === 'string' && /^[+-]?[0-9]+$/.test(value.trim());
  const number = typeof value === 'number' ? value : isDecimal ? Number(value) : Number.NaN;
  const step = number < 0 ? Math.ceil(number) : Math.floor(number);
  return Math.abs(step) <= Number.MAX_SAFE_INTEGER ? step + 0 : null;
}

/**
 * `JSON.parse` with Python's three tokens. Objects become Maps, so that keys keep their order: every key gets a prefix
 * that keeps the engine from taking it for an index or a prototype.
 */
function parseWithTokens(text: string): unknown {
  const prepared = text.replaceAll(
    /"(?:[^"\\]|\\.)*"(\s*:)?|(?:-?\bInfinity\b|\bNaN\b)(?!\s*:)/g,
    (token, colon?: string) => {
      if (colon !== undefined) return `"k${token.slice(1)}`;
      return token.startsWith('"') ? `"s${token.slice(1)}` : `"t${token}"`;
    },
  );
  return JSON.parse(prepared, (_key, value: unknown) => {
    if (typeof value === 'string') return value.startsWith('t') ? Number(value.slice(1)) : value.slice(1);
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) return value;
    return new Map(Object.entries(value).map(([key, member]) => [key.slice(1), member]));
  });
}
