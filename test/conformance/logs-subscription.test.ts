import { appendFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { START } from '../support/storage.ts';
import { useGateway } from './fixture.ts';
import { LogReader, SUBSCRIPTIONS } from './log-readers.ts';

const gateway = useGateway();
const RUNNING = { status: 'running', started_at: START };
const ELSEWHERE = { hostname: 'elsewhere' };

const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
const asText = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

describe.each(SUBSCRIPTIONS)('Subscription.logs over %s', (_name, subscribe) => {
  const readers: LogReader[] = [];
  afterEach(() => {
    for (const reader of readers.splice(0)) reader.close();
  });

  async function serve(content: string | null, status: object = RUNNING) {
    const files = content === null ? {} : { 'logs.txt': content };
    const { id, directory } = await gateway.serve({ status, meta: ELSEWHERE, files });
    const log = `${directory}/logs.txt`;
    return { id, directory, log, append: (text: string) => appendFile(log, text) };
  }

  function read(
    runId: string,
    options: Omit<Parameters<typeof subscribe>[1], 'runId'> = {},
    url = gateway.gateway.url,
  ) {
    const reader = new LogReader(subscribe(url, { runId, ...options }));
    readers.push(reader);
    return reader;
  }

  const setStatus = (directory: string, status: string) =>
    writeFile(`${directory}/status.json`, JSON.stringify({ status, started_at: START, ended_at: START + 9 }));

  it('LOGS-TAIL-001 begins with the last 1000 lines unless told', async () => {
    const { id } = await serve(asText(numbered(1, 2500)));
    expect(await read(id).lines(1000)).toEqual(numbered(1501, 2500));
  });

  it('LOGS-TAIL-002 begins with as many of the last lines as asked for, blank ones included', async () => {
    const { id } = await serve('a\n\nb\n\nc\nhalf');
    expect(await read(id, { tail: 3 }).lines(3)).toEqual(['b', '', 'c']);
    expect(await read(id, { tail: 99 }).lines(5)).toEqual(['a', '', 'b', '', 'c']);
  });

  it('LOGS-TAIL-003 tail 0 gives new lines only', async () => {
    const { id, append } = await serve('old\n');
    const reader = read(id, { tail: 0 });
    expect((await reader.batch()).lines).toEqual([]);
    await append('new\n');
    expect(await reader.lines(1)).toEqual(['new']);
  });

  it('LOGS-TAIL-004 a negative tail is BAD_USER_INPUT', async () => {
    const { id } = await serve('a\n');
    expect(await read(id, { tail: -1 }).next()).toMatchObject({ type: 'error', code: 'BAD_USER_INPUT' });
  });

  it('LOGS-BATCH-001 the first batch has a cursor, even before there is a line or a log', async () => {
    for (const content of [null, '']) {
      const { id, append } = await serve(content);
      const first = await read(id).batch();
      expect(first.lines).toEqual([]);
      await append('one\n');
      expect(await read(id, { after: first.cursor }).lines(1)).toEqual(['one']);
    }
  });

  it('LOGS-BATCH-002 a batch has at most 1000 lines and 64 KiB, or one line', async () => {
    const lines = [...numbered(1, 1500), ...Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(2000)}`)];
    const { id } = await serve(asText([...lines, 'y'.repeat(100_000)]));
    const reader = read(id, { tail: 10_000 });
    const received: string[] = [];
    while (received.length < 1601) {
      const { lines: some } = await reader.batch();
      received.push(...some);
      expect(some.length).toBeLessThanOrEqual(1000);
      expect(some.length === 1 || asText(some).length <= 65_536).toBe(true);
    }
    expect(received.slice(0, 1600)).toEqual(lines);
  });

  it('LOGS-BATCH-003 a batch tells the number of its first line', async () => {
    const { id, append } = await serve(asText(numbered(1, 3)));
    const reader = read(id);
    expect(await reader.batch()).toMatchObject({ firstLine: 1 });
    await append('line 4\n');
    expect(await reader.batch()).toMatchObject({ firstLine: 4, lines: ['line 4'] });
  });

  it('LOGS-BATCH-004 the number becomes known where a stream began in the middle', async () => {
    const { id, append } = await serve(asText(numbered(1, 5000)));
    const reader = read(id, { tail: 10 });
    let batch = await reader.batch();
    for (let next = 5001; batch.firstLine === null; next++) {
      await append(`line ${next}\n`);
      batch = await reader.batch();
    }
    expect(batch.firstLine).toBeGreaterThan(4990);
    expect(batch.lines[0]).toBe(`line ${batch.firstLine}`);
  });

  it('LOGS-CURSOR-001 a stream goes on exactly behind its cursor, at every cursor', async () => {
    const { id } = await serve(asText(numbered(1, 3000)));
    const reader = read(id, { tail: 3000 });
    const cursors: [received: number, cursor: string][] = [];
    let received = 0;
    while (received < 3000) {
      const { lines, cursor } = await reader.batch();
      received += lines.length;
      cursors.push([received, cursor]);
    }
    expect(cursors.length).toBeGreaterThan(2);
    for (const [count, after] of cursors.slice(0, -1)) {
      expect(await read(id, { after, tail: 1 }).lines(3000 - count)).toEqual(numbered(count + 1, 3000));
    }
  });

  it('LOGS-CURSOR-002 a cursor holds at another gateway over the same files', async () => {
    const { id, append } = await serve('one\ntwo\n');
    const { cursor } = await read(id).batch();
    await append('three\n');
    await using other = await startTestGateway(gateway.storage);
    const reader = read(id, { after: cursor }, other.url);
    expect(await reader.lines(1)).toEqual(['three']);
    reader.close();
  });

  it('LOGS-CURSOR-003 a cursor of a log that was truncated since yields TRUNCATED, then all there is', async () => {
    const { id, log } = await serve('one\ntwo\n');
    const { cursor } = await read(id).batch();
    for (const content of ['', 'new\n', 'grown past what it was before\nanother line\n']) {
      await writeFile(log, content);
      const reader = read(id, { after: cursor });
      expect(await reader.reset()).toBe('TRUNCATED');
      const lines = content.split('\n').slice(0, -1);
      expect(await reader.lines(lines.length)).toEqual(lines);
    }
  });

  it('LOGS-CURSOR-004 a cursor of a log that was replaced since yields REPLACED, then all there is', async () => {
    const { id, log } = await serve('one\ntwo\n');
    const { cursor } = await read(id).batch();
    await writeFile(`${log}.tmp`, 'one\ntwo\nthree\n');
    await rename(`${log}.tmp`, log);
    const reader = read(id, { after: cursor });
    expect(await reader.reset()).toBe('REPLACED');
    expect(await reader.lines(3)).toEqual(['one', 'two', 'three']);
  });

  it('LOGS-CURSOR-005 a cursor from before rotations yields the rest of each file in turn', async () => {
    const { id, log, append } = await serve('one\n');
    const { cursor } = await read(id).batch();
    for (const reader of readers.splice(0)) reader.close();
    await append('two\n');
    await rename(log, `${log}.2`);
    await append('three\n');
    await rename(log, `${log}.1`);
    await append('four\n');
    const reader = read(id, { after: cursor });
    expect(await reader.lines(1)).toEqual(['two']);
    expect(await reader.reset()).toBe('ROTATED');
    expect(await reader.lines(1)).toEqual(['three']);
    expect(await reader.reset()).toBe('ROTATED');
    expect(await reader.lines(1)).toEqual(['four']);
  });

  it('LOGS-CURSOR-006 what is no cursor is BAD_USER_INPUT', async () => {
    const { id } = await serve('one\n');
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong = ['', 'x', forged({}), forged([1, 2, 'x', 0]), forged(['1', -1, 'x', 0]), forged(['1', 0, 'x', 0.5])];
    const impossible = [
      forged(['', 1_000_000_000, 'x', null]),
      forged(['1', 3, 'x', 4]),
      forged(['1', 2 ** 60, 'x', 0]),
    ];
    for (const after of [...wrong, ...impossible]) {
      expect(await read(id, { after }).next()).toMatchObject({ type: 'error', code: 'BAD_USER_INPUT' });
    }
  });

  it('LOGS-END-001 an ended run is told as ended once all is sent, a half line too, and the stream is complete', async () => {
    const { id, directory, append } = await serve('one\n');
    const reader = read(id);
    expect(await reader.lines(1)).toEqual(['one']);
    await append('last words');
    await setStatus(directory, 'failed');
    expect(await reader.lines(1)).toEqual(['last words']);
    expect(await reader.next()).toMatchObject({ type: 'StreamEnd', status: 'FAILED' });
    expect(await reader.next()).toMatchObject({ type: 'complete' });
  });

  it('LOGS-END-002 a run that is resumed can be followed from the cursor of its end', async () => {
    const { id, directory, append } = await serve('one\nhalf', { status: 'finished', started_at: START });
    const reader = read(id);
    await reader.lines(2);
    const end = await reader.next();
    if (end.type !== 'StreamEnd') throw new Error(`${end.type} instead of the end`);
    await setStatus(directory, 'running');
    await append(' more\ntwo\n');
    expect(await read(id, { after: end.cursor }).lines(2)).toEqual([' more', 'two']);
  });

  it('LOGS-END-003 an ended run without a log ends at once', async () => {
    const { id } = await serve(null, { status: 'interrupted' });
    const reader = read(id);
    expect((await reader.batch()).lines).toEqual([]);
    expect(await reader.next()).toMatchObject({ type: 'StreamEnd', status: 'INTERRUPTED' });
  });

  it('LOGS-END-004 a run that is deleted while it is watched ends, be it softly or with its directory', async () => {
    for (const remove of [(d: string) => writeFile(`${d}/.deleted`, ''), (d: string) => rm(d, { recursive: true })]) {
      const { id, directory } = await serve('one\n');
      const reader = read(id);
      await reader.lines(1);
      await remove(directory);
      expect(await reader.next()).toMatchObject({ type: 'StreamEnd', status: 'UNKNOWN' });
    }
  });

  it('LOGS-END-005 a deleted run ends though something still writes to it', async () => {
    const { id, directory, append } = await serve('one\n');
    const reader = read(id);
    await reader.lines(1);
    await writeFile(`${directory}/.deleted`, '');
    const writing = setInterval(() => void append('more\n'), 20);
    try {
      let event = await reader.next();
      while (event.type === 'LogBatch') event = await reader.next();
      expect(event).toMatchObject({ type: 'StreamEnd', status: 'UNKNOWN' });
    } finally {
      clearInterval(writing);
    }
  });

  it('LOGS-ERROR-001 an unknown run is RUN_NOT_FOUND', async () => {
    expect(await read('nope').next()).toMatchObject({ type: 'error', code: 'RUN_NOT_FOUND' });
  });

  it('LOGS-ERROR-002 a log that cannot be read is DATA_UNREADABLE', async () => {
    const { id, log } = await serve(null);
    await rm(log, { force: true });
    await mkdir(log);
    expect(await read(id).next()).toMatchObject({ type: 'error', code: 'DATA_UNREADABLE' });
  });

  it('LOGS-RENDER-001 collapsed, a line is what a terminal shows of it, and stripped, only its text', async () => {
    const { id } = await serve('\u001b[32m10%\u001b[0m\r\u001b[32m100%\u001b[0m\nlonger\rshort\n');
    const collapse = { carriageReturns: 'COLLAPSE' } as const;
    expect(await read(id, { render: collapse }).lines(2)).toEqual(['\u001b[32m100%\u001b[0m', 'shortr']);
    expect(await read(id, { render: { ...collapse, ansi: 'STRIP' } }).lines(2)).toEqual(['100%', 'shortr']);
    expect(await read(id, { render: { ansi: 'STRIP' } }).lines(2)).toEqual(['10%\r100%', 'longer\rshort']);
  });

  it('LOGS-RENDER-002 collapsed, a progress bar is told while it has no line end, and is no line', async () => {
    const { id, append } = await serve('start\n 10%|#    |');
    const reader = read(id, { render: { carriageReturns: 'COLLAPSE' } });
    expect(await reader.batch()).toMatchObject({ lines: ['start'], partial: ' 10%|#    |' });
    await append('\r 50%|###  |');
    expect(await reader.batch()).toMatchObject({ lines: [], partial: ' 50%|###  |' });
    await append('\r100%|#####|\nnext');
    expect(await reader.batch()).toMatchObject({ lines: ['100%|#####|'], firstLine: 2, partial: 'next' });
  });

  it('LOGS-RENDER-003 collapsed, a line of 10 MB of redrawing is what it shows in the end', async () => {
    const { id } = await serve(`${'\r 50%|###  |'.repeat(900_000)}\r100%|#####|\nnext\n`);
    expect(await read(id, { render: { carriageReturns: 'COLLAPSE' } }).lines(2)).toEqual(['100%|#####|', 'next']);
  });

  it('LOGS-RENDER-004 raw, an unfinished line is not told', async () => {
    const { id, append } = await serve('start\n 10%');
    const reader = read(id);
    expect(await reader.batch()).toMatchObject({ lines: ['start'], partial: null });
    await append('\r 20%\n');
    expect(await reader.batch()).toMatchObject({ lines: [' 10%\r 20%'], partial: null });
  });

  it('LOGS-FILES-009 after a reset numbering starts again, and the reset has the new cursor', async () => {
    const { id, log, append } = await serve('one\ntwo\n');
    const reader = read(id);
    await reader.lines(2);
    await truncate(log);
    expect(await reader.reset()).toBe('TRUNCATED');
    await append('new\n');
    expect(await reader.batch()).toMatchObject({ firstLine: 1, lines: ['new'] });
  });

  it('LOGS-FILES-010 who was told of a truncation before it was told more goes on from there', async () => {
    const { id, log } = await serve('a\nb\nc\n');
    const reader = read(id);
    await reader.lines(3);
    // The old cursor would still hold, had the client one from before `c`.
    await truncate(log, 4);
    expect(await reader.reset()).toBe('TRUNCATED');
    expect(await read(id, { after: reader.cursor }).lines(2)).toEqual(['a', 'b']);
  });
});
