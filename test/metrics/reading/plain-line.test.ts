import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventDraft, type LineVerdict } from '../../../src/metrics/reading/event-draft.ts';
import { EventLineReader } from '../../../src/metrics/reading/event-line.ts';
import { FILE_START } from '../../../src/metrics/reading/line-reader.ts';
import { PlainLineReader } from '../../../src/metrics/reading/plain-line.ts';
import { type EventsRead, readEvents } from '../../../src/metrics/reading/read-events.ts';
import { Chunk } from '../../../src/metrics/table/chunk.ts';
import { ChunkBuilder } from '../../../src/metrics/table/chunk-builder.ts';
import { contentOf } from '../../support/chunk-events.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

const PADDING = Buffer.alloc(8);

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lines as the SDK writes them, of a few shapes by turns; and, so many of a hundred, one that something happened to. */
class LineSource {
  readonly #random: () => number;
  readonly #mutated: number;

  constructor(seed: number, mutated: number) {
    this.#random = randomNumbers(seed);
    this.#mutated = mutated;
  }

  file(lines: number): Buffer {
    return Buffer.concat(Array.from({ length: lines }, (_, step) => this.#line(step)));
  }

  #line(step: number): Buffer {
    const line = Buffer.from(this.#plainLine(step));
    return this.#below(100) < this.#mutated ? this.#mutate(line) : line;
  }

  #plainLine(step: number): string {
    const time = `${1_704_067_200 + step / 4 + this.#random()}`;
    const members = {
      train: () => [`"train/loss": ${this.#number()}`, `"train/accuracy": ${this.#number()}`],
      validation: () => [`"val/loss": ${this.#number()}`, `"best": ${this.#pick('true', 'false', 'null', 'NaN')}`],
      texts: () => [
        `"stage": "${this.#pick('warmup', 'train', '训练', 'a\\n\\u00e9', '12')}"`,
        `"lr": ${this.#number()}`,
      ],
      wide: () => Array.from({ length: 12 }, () => `"layer_${this.#below(20)}/norm": ${this.#number()}`),
    }[this.#pick('train', 'train', 'train', 'validation', 'texts', 'wide')]();
    const type = this.#pick(...Array.from({ length: 9 }, () => 'metrics' as const), 'image');
    return `{"ts": ${time}, "type": "${type}", "data": {${members.join(', ')}, "global_step": ${step}, "time": ${time}}}\n`;
  }

  #number(): string {
    const value = (this.#random() + this.#random() / 2 ** 32) * 10 ** (this.#below(16) - 8);
    return this.#pick(
      String(value),
      String(-value),
      value.toExponential(),
      String(Math.round(value)),
      value.toFixed(4),
    );
  }

  #mutate(line: Buffer): Buffer {
    const at = this.#below(line.length);
    const to = at + 1 + this.#below(this.#pick(1, 4, line.length));
    const [before, hit, after] = [line.subarray(0, at), line.subarray(at, to), line.subarray(to)];
    const any = Buffer.from(
      this.#pick(
        '"',
        '\\',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        ' ',
        '\r',
        '\n',
        '0',
        '9',
        '-',
        '.',
        'e',
        'N',
        'é',
        '\0',
        '\x1f',
      ),
    );
    switch (this.#pick('flip', 'replace', 'insert', 'delete', 'duplicate')) {
      case 'flip':
        return Buffer.concat([before, Buffer.from([line[at] ^ (1 << this.#below(8))]), line.subarray(at + 1)]);
      case 'replace':
        return Buffer.concat([before, any, line.subarray(at + 1)]);
      case 'insert':
        return Buffer.concat([before, any, hit, after]);
      case 'delete':
        return Buffer.concat([before, after]);
      case 'duplicate':
        return Buffer.concat([before, hit, hit, after]);
    }
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #pick<const T>(...choices: readonly T[]): T {
    return choices[this.#below(choices.length)];
  }
}

function readFile(content: Buffer): EventsRead {
  const file = join(directory(), 'events.jsonl');
  writeFileSync(file, content);
  const fd = openSync(file, 'r');
  try {
    return readEvents(fd, FILE_START, content.length);
  } finally {
    closeSync(fd);
  }
}

/** Reads every line by the strict reader alone. */
function readStrictly(content: Buffer): EventsRead {
  const builder = new ChunkBuilder();
  const reader = new EventLineReader(new EventDraft(builder));
  const padded = Buffer.concat([content, PADDING]);
  const skipped: { line: number; reason: string }[] = [];
  const chunks = [];
  let lines = 0;
  let from = 0;
  for (let to = padded.indexOf('\n'); to >= 0; to = padded.indexOf('\n', from)) {
    const verdict = reader.read(padded, from, to);
    lines++;
    if (typeof verdict === 'object') skipped.push({ line: lines, reason: verdict.reason });
    if (builder.isFull) chunks.push(builder.take());
    from = to + 1;
  }
  if (!builder.isEmpty) chunks.push(builder.take());
  const last = new ChunkBuilder();
  const isEvent = new EventLineReader(new EventDraft(last)).read(padded, from, content.length) === 'event';
  return {
    chunks,
    provisional: isEvent ? last.take() : null,
    skippedLines: skipped.length,
    firstSkipped: skipped[0] ?? null,
    position: { offset: from, lines, oversized: false },
    end: content.length,
  };
}

function readPlainly(text: string): (LineVerdict | null)[] {
  const reader = new PlainLineReader(new EventDraft(new ChunkBuilder()));
  const bytes = Buffer.concat([Buffer.from(text), PADDING]);
  const verdicts: (LineVerdict | null)[] = [];
  for (let from = 0; from < bytes.length - PADDING.length; from = bytes.indexOf('\n', from) + 1) {
    verdicts.push(reader.read(bytes, from, bytes.length - PADDING.length));
  }
  return verdicts;
}

describe('plain lines', () => {
  it.each([
    [
      'as the SDK writes them',
      '{"ts": 1.5, "type": "metrics", "data": {"loss": 0.25, "stage": "a", "global_step": 1}}',
    ],
    ['without spaces', '{"ts":1.5,"type":"metrics","data":{"loss":0.25,"ok":true,"none":null,"stage":"a"}}'],
    ['with their keys in another order', '{"data": {"global_step": 1, "loss": NaN}, "type": "metrics", "ts": 1.5}'],
    ['with CRLF', '{"ts": 1.5, "type": "metrics", "data": {"loss": 0.25}}\r'],
    ['with escapes', '{"ts": 1.5, "type": "metrics", "data": {"a\\"b": 0.25, "text": "\\u00e9\\n"}}'],
  ])('are read without being looked at twice: %s', (_, line) => {
    expect(readPlainly(`${line}\n${line}\n`)).toEqual(['event', 'event']);
  });

  it.each([
    ['nested', '{"type": "metrics", "data": {"a": [1]}}'],
    ['empty', '{"type": "metrics", "data": {}}'],
    ['torn', '{"type": "metrics", "data": {"a": 1}'],
    ['blank', '  '],
  ])('are no others: %s', (_, line) => {
    expect(readPlainly(`${line}\n`)).toEqual([null]);
  });

  it('end where the bytes do that were read, whatever is left behind them from before', () => {
    const line = Buffer.from('{"ts": 1.5, "type": "metrics", "data": {"loss": 0.25, "stage": "warmup"}}\n');
    for (let filled = 0; filled < line.length; filled++) {
      const builder = new ChunkBuilder();
      const reader = new PlainLineReader(new EventDraft(builder));
      const bytes = Buffer.concat([line, line, PADDING]);
      expect(reader.read(bytes, 0, bytes.length - PADDING.length)).toBe('event');
      bytes.fill(0, line.length + filled, line.length + filled + PADDING.length);
      expect(reader.read(bytes, line.length, line.length + filled)).toBeNull();
      expect(new Chunk(builder.take().buffer).events).toBe(1);
    }
  });

  it('stay plain after a line like them was met before its end was there', () => {
    const line = Buffer.from('{"ts": 1.5, "type": "metrics", "data": {"loss": 0.25, "stage": "warmup"}}\n');
    for (let filled = 0; filled < line.length; filled++) {
      const reader = new PlainLineReader(new EventDraft(new ChunkBuilder()));
      const torn = Buffer.concat([line.subarray(0, filled), Buffer.alloc(line.length), PADDING]);
      expect(reader.read(torn, 0, filled)).toBeNull();
      const whole = Buffer.concat([line, PADDING]);
      expect(reader.read(whole, 0, line.length), `${filled} bytes before`).toBe('event');
    }
  });

  it.each([1, 2, 3, 4])('are read as the strict reader reads them, among others (seed %i)', (seed) => {
    // More than one block of the file.
    const content = new LineSource(seed, [0, 3, 30, 100][seed % 4]).file(8000);
    expect(contentOf(readFile(content))).toEqual(contentOf(readStrictly(content)));
  });

  it.each([5, 6, 7])('are read so wherever the file ends (seed %i)', (seed) => {
    const content = new LineSource(seed, 10).file(4);
    for (let end = 0; end <= content.length; end++) {
      const part = content.subarray(0, end);
      expect(contentOf(readFile(part))).toEqual(contentOf(readStrictly(part)));
    }
  });
});
