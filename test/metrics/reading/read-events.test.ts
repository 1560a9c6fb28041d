import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILE_START, LONGEST_LINE } from '../../../src/metrics/reading/line-reader.ts';
import { type EventsRead, joinReads, readEvents, readPiece } from '../../../src/metrics/reading/read-events.ts';
import { Chunk } from '../../../src/metrics/table/chunk.ts';
import { contentOf } from '../../support/chunk-events.ts';
import { eventFile } from '../../support/event-files.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

function withFile<T>(content: Buffer, read: (fd: number) => T): T {
  const file = join(directory(), 'events.jsonl');
  writeFileSync(file, content);
  const fd = openSync(file, 'r');
  try {
    return read(fd);
  } finally {
    closeSync(fd);
  }
}

function readPieces(fd: number, cuts: readonly number[], end: number): EventsRead | null {
  const bounds = [0, ...cuts, end].toSorted((a, b) => a - b);
  return joinReads(bounds.slice(1).map((to, i) => readPiece(fd, { from: bounds[i], to, end })));
}

/** Any byte, but more often the starts of lines and the bytes beside them. */
function cutsOf(content: Buffer, end: number): fc.Arbitrary<number[]> {
  const starts = [0];
  for (let lf = content.indexOf('\n'); lf >= 0; lf = content.indexOf('\n', lf + 1)) starts.push(lf, lf + 1, lf + 2);
  const nearStart = fc.constantFrom(...starts.filter((at) => at <= end));
  return fc.array(fc.oneof(nearStart, fc.integer({ min: 0, max: end })), { maxLength: 8 });
}

describe('the pieces of a file', () => {
  it('hold together what the whole holds, wherever it is cut', () => {
    const file = eventFile.filter((content) => content.length > 0);
    const cutFile = file.chain((content) =>
      fc
        .oneof(fc.constant(content.length), fc.integer({ min: 1, max: content.length }))
        .chain((end) => fc.tuple(fc.constant(content), fc.constant(end), cutsOf(content, end))),
    );
    fc.assert(
      fc.property(cutFile, ([content, end, cuts]) => {
        withFile(content, (fd) => {
          const whole = contentOf(readEvents(fd, FILE_START, end));
          expect(contentOf(readPieces(fd, cuts, end))).toEqual(whole);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('leave out lines of more than 16 MiB, whichever piece has them', () => {
    const event = (step: number) => `{"type": "metrics", "data": {"loss": 0.5, "global_step": ${step}}}\n`;
    const long = (length: number) =>
      `${event(0)
        .slice(0, -3)
        .padEnd(length - 2)}}}`;
    const content = Buffer.from(
      [
        event(1),
        long(LONGEST_LINE),
        '\n',
        event(2),
        long(LONGEST_LINE + 1),
        '\n',
        event(3),
        long(LONGEST_LINE + 1),
      ].join(''),
    );
    withFile(content, (fd) => {
      const whole = readEvents(fd, FILE_START, content.length);
      expect(whole).toMatchObject({
        skippedLines: 1,
        firstSkipped: { line: 4, reason: 'longer than 16777216 bytes' },
        position: { offset: content.length, lines: 5, oversized: true },
        provisional: null,
      });
      expect(new Chunk(whole.chunks[0].buffer).events).toBe(4);
      fc.assert(
        fc.property(cutsOf(content, content.length), (cuts) => {
          expect(contentOf(readPieces(fd, cuts, content.length))).toEqual(contentOf(whole));
        }),
        { numRuns: 5 },
      );
    });
  });

  it('hold nothing where no line begins', () => {
    withFile(Buffer.from('{"type": "image"}\n{"type": "image"}'), (fd) => {
      const read = (from: number, to: number) => readPiece(fd, { from, to, end: 35 });
      expect([read(0, 0), read(1, 18), read(18, 18), read(19, 35), read(35, 35)]).toEqual([
        null,
        null,
        null,
        null,
        null,
      ]);
      expect(joinReads([null, null])).toBeNull();
      expect(read(17, 19)).toMatchObject({ position: { offset: 18, lines: 0 }, end: 35 });
      expect(read(0, 1)).toMatchObject({ position: { offset: 18, lines: 1 }, end: 18 });
    });
  });
});
