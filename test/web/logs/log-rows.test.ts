import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LogRows } from '../../../web/logs/log-rows.ts';

/** A log as the gateway reads it: its file, and what its stream has yet to tell. */
class FakeLog {
  file: string[] = [];
  /** Whether the last line was declared one though it has no end, as that of a run that has ended. */
  #isBrokenOff = false;
  #untold: { readonly text: string; readonly number: number }[] = [];
  #written = 0;

  write(count: number): void {
    for (let i = 0; i < count; i++) {
      const text = `line ${++this.#written}`;
      const start = this.#isBrokenOff ? this.file.pop() : '';
      this.file.push(`${start}${text}`);
      this.#untold.push({ text, number: this.file.length });
      this.#isBrokenOff = false;
    }
  }

  breakOff(): void {
    this.write(1);
    this.#isBrokenOff = true;
  }

  /** The next batch: lines of successive numbers. */
  tell(most: number) {
    const firstLine = this.#untold[0]?.number ?? this.file.length + 1;
    const cut = this.#untold.findIndex(({ number }, i) => number !== firstLine + i);
    const told = this.#untold.splice(0, Math.min(most, cut < 0 ? this.#untold.length : cut));
    return { lines: told.map(({ text }) => text), firstLine, partial: null };
  }

  get isTold(): boolean {
    return this.#untold.length === 0;
  }

  rotate(): void {
    this.file = [];
    this.#isBrokenOff = false;
  }
}

type Step = (log: FakeLog, rows: LogRows) => void;

const write = fc.integer({ min: 1, max: 250 }).map(
  (count): Step =>
    (log) =>
      log.write(count),
);
const breakOff = fc.constant<Step>((log) => log.breakOff());
const tell = fc.integer({ min: 0, max: 200 }).map(
  (most): Step =>
    (log, rows) =>
      rows.append(log.tell(most)),
);
const count = fc.constant<Step>((log, rows) => rows.counted(log.file.length));
const page = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 500 })).map(
  ([from, length]): Step =>
    (log, rows) => {
      const texts = log.file.slice(from, from + length);
      if (texts.length > 0) rows.put(from + 1, texts);
    },
);
const steps = fc.array(fc.oneof(write, write, breakOff, tell, tell, count, page), { maxLength: 40 });

function finish(log: FakeLog, rows: LogRows): void {
  while (!log.isTold) rows.append(log.tell(1000));
}

/** Asks for what is not there, as the page does. */
function load(log: FakeLog, rows: LogRows): void {
  const all = { first: 1, end: Number.POSITIVE_INFINITY };
  for (let span = rows.missing(all); span; span = rows.missing(all)) {
    rows.put(span.first, log.file.slice(span.first - 1, span.end - 1));
  }
}

function shownBy(rows: LogRows): readonly (string | null)[] {
  return Array.from({ length: rows.rowCount }, (_, index) => {
    const row = rows.rowAt(index);
    return row.kind === 'reset' ? row.reason : row.text;
  });
}

it('shows each line of a log once and whole, in whatever order its pages and batches come', () => {
  fc.assert(
    fc.property(steps, (some) => {
      const [log, rows] = [new FakeLog(), new LogRows()];
      for (const step of some) step(log, rows);
      finish(log, rows);
      load(log, rows);
      expect(shownBy(rows)).toEqual(log.file);
    }),
  );
});

it('keeps what it holds of the end of a file that was rotated, before the lines of the next one', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const [log, rows] = [new FakeLog(), new LogRows()];
      for (const step of before) step(log, rows);
      finish(log, rows);
      const old = log.file;
      log.rotate();
      rows.reset('ROTATED');
      for (const step of after) step(log, rows);
      finish(log, rows);
      load(log, rows);
      const shown = shownBy(rows);
      const boundary = shown.indexOf('ROTATED');
      expect(shown.slice(boundary + 1)).toEqual(log.file);
      expect(shown.slice(0, boundary)).toEqual(old.slice(old.length - boundary));
    }),
  );
});

it('keeps all lines that came live up to a rotation, a thousand rows in all', () => {
  const rows = new LogRows();
  rows.append({ lines: ['one', 'two'], firstLine: 1, partial: '50%' });
  rows.reset('ROTATED');
  expect(rows.lineCount).toBe(0);
  rows.append({ lines: ['three'], firstLine: 1, partial: null });
  expect(shownBy(rows)).toEqual(['one', 'two', 'ROTATED', 'three']);
  expect(rows.rowOf(1)).toBe(3);
  rows.append({ lines: Array.from({ length: 3000 }, (_, i) => `${i}`), firstLine: 2, partial: null });
  rows.reset('ROTATED');
  expect(shownBy(rows)).toEqual([...Array.from({ length: 999 }, (_, i) => `${i + 2001}`), 'ROTATED']);
});

it('drops what a truncation or another file made void', () => {
  const rows = new LogRows();
  rows.append({ lines: ['one', 'two'], firstLine: 1, partial: null });
  rows.reset('ROTATED');
  rows.append({ lines: ['three'], firstLine: 1, partial: null });
  rows.reset('TRUNCATED');
  rows.append({ lines: ['new'], firstLine: 1, partial: null });
  expect(shownBy(rows)).toEqual(['TRUNCATED', 'new']);
});

it('shows the unfinished line last, and only as it is now', () => {
  const rows = new LogRows();
  rows.append({ lines: ['one'], firstLine: 1, partial: '10%' });
  rows.append({ lines: [], firstLine: 2, partial: '20%' });
  expect(shownBy(rows)).toEqual(['one', '20%']);
  rows.append({ lines: ['100%'], firstLine: 2, partial: null });
  expect(shownBy(rows)).toEqual(['one', '100%']);
});

it('says that it cannot place lines whose numbers are not known, so that the file is counted', () => {
  const rows = new LogRows();
  expect(rows.append({ lines: [], firstLine: null, partial: '10%' })).toBe(false);
  expect(rows.append({ lines: ['some'], firstLine: null, partial: null })).toBe(false);
  expect(rows.lineCount).toBeNull();
  rows.counted(7);
  expect(rows.append({ lines: ['more'], firstLine: 8, partial: null })).toBe(true);
  expect(rows.missing({ first: -5, end: 100 })).toEqual({ first: 1, end: 8 });
});
