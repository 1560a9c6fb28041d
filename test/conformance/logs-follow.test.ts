import { appendFile, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { START } from '../support/storage.ts';
import { useGateway } from './fixture.ts';
import { type LogReader, TRANSPORTS } from './log-readers.ts';

const gateway = useGateway();
const RUNNING = { status: { status: 'running', started_at: START }, meta: { hostname: 'elsewhere' } };

/** Writes from the start on, without a cut. */
async function overwrite(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(text, 0);
  await file.close();
}

describe.each(TRANSPORTS)('a log followed over %s', (_name, read) => {
  const readers: LogReader[] = [];
  afterEach(() => {
    for (const reader of readers.splice(0)) reader.close();
  });

  /** A running run with this log, and a reader of it. */
  async function follow(content: string | Uint8Array | null) {
    const { id, directory } = await gateway.serve({
      ...RUNNING,
      files: content === null ? {} : { 'logs.txt': content },
    });
    const log = `${directory}/logs.txt`;
    const connect = () => {
      const reader = read(gateway.gateway.url, id);
      readers.push(reader);
      return reader;
    };
    return { reader: connect(), connect, log, append: (text: string | Uint8Array) => appendFile(log, text) };
  }

  it('LOGS-LINES-001 what there is comes first, then each line as it is completed', async () => {
    const { reader, append } = await follow('one\ntwo\n');
    expect(await reader.lines(2)).toEqual(['one', 'two']);
    await append('three\nfour\n');
    expect(await reader.lines(2)).toEqual(['three', 'four']);
    await append('five\n');
    expect(await reader.lines(1)).toEqual(['five']);
  });

  it('LOGS-LINES-002 a half line waits for its end', async () => {
    const { reader, append } = await follow('one\nha');
    expect(await reader.lines(1)).toEqual(['one']);
    await append('lf');
    await append(' line\nthree\n');
    expect(await reader.lines(2)).toEqual(['half line', 'three']);
  });

  it('LOGS-LINES-003 a line ends at LF or CRLF, and keeps a bare carriage return', async () => {
    const { reader } = await follow('lf\ncrlf\r\n50%\r100%\ntwo\r\r\n');
    expect(await reader.lines(4)).toEqual(['lf', 'crlf', '50%\r100%', 'two\r']);
  });

  it('LOGS-LINES-004 a line keeps its colours, its blanks and NUL bytes', async () => {
    const { reader } = await follow('\u001b[31mred\u001b[0m\n  indented \t\na\0b\n');
    expect(await reader.lines(3)).toEqual(['\u001b[31mred\u001b[0m', '  indented \t', 'a\0b']);
  });

  it('LOGS-LINES-005 invalid UTF-8 becomes U+FFFD', async () => {
    const { reader } = await follow(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xe4, 0xb8, 0x0a, 0x63, 0x0a]));
    expect(await reader.lines(3)).toEqual(['a\ufffdb', '\ufffd', 'c']);
  });

  it('LOGS-LINES-006 a character that is written in two halves is one character', async () => {
    const { reader, append } = await follow('a\n');
    expect(await reader.lines(1)).toEqual(['a']);
    const bytes = Buffer.from('损失 🚀\n');
    for (const byte of bytes) await append(Buffer.of(byte));
    expect(await reader.lines(1)).toEqual(['损失 🚀']);
  });

  it('LOGS-LINES-007 a line of 10 MB is cut at a character, says how much more it has, and the log goes on', async () => {
    const { reader, append } = await follow(`short\n${'é'.repeat(5_000_000)}\nnext\n`);
    expect(await reader.lines(1)).toEqual(['short']);
    const [cut, next] = await reader.lines(2);
    expect(cut?.length).toBe(131_072 + ' …[+9737856 bytes]'.length);
    expect(cut?.slice(131_070)).toBe('éé …[+9737856 bytes]');
    expect(next).toBe('next');
    await append('live\n');
    expect(await reader.lines(1)).toEqual(['live']);
  });

  it('LOGS-LINES-008 a line of 256 KiB is whole, and one byte more is cut, never inside a character', async () => {
    const { reader } = await follow(`${'x'.repeat(262_144)}\r\n${'x'.repeat(262_145)}\n${'x'.repeat(262_143)}é\n`);
    const [whole, cut, between] = await reader.lines(3);
    expect(whole === 'x'.repeat(262_144)).toBe(true);
    expect(cut?.slice(262_140)).toBe('xxxx …[+1 bytes]');
    expect(between?.slice(262_140)).toBe('xxx …[+2 bytes]');
  });

  it('LOGS-FILES-001 a log that appears later is followed from its start', async () => {
    const { reader, append } = await follow(null);
    await append('first\n');
    expect(await reader.lines(1)).toEqual(['first']);
    await append('second\n');
    expect(await reader.lines(1)).toEqual(['second']);
  });

  it('LOGS-FILES-002 after a truncation the new content follows', async () => {
    const { reader, log, append } = await follow('one\ntwo\n');
    expect(await reader.lines(2)).toEqual(['one', 'two']);
    await truncate(log);
    expect(await reader.reset()).toBe('TRUNCATED');
    await append('new\n');
    expect(await reader.lines(1)).toEqual(['new']);
  });

  it('LOGS-FILES-003 a truncated log that has grown past its old size is seen as such', async () => {
    const { reader, log } = await follow('one\ntwo\n');
    expect(await reader.lines(2)).toEqual(['one', 'two']);
    // In one write, so that no look falls between the cut and the growth.
    await overwrite(log, 'quite another content\nof more lines\nthan before\n');
    expect(await reader.reset()).toBe('TRUNCATED');
    expect(await reader.lines(3)).toEqual(['quite another content', 'of more lines', 'than before']);
  });

  it('LOGS-FILES-004 of a rotated log the rest comes first, its half line too, and then the new file', async () => {
    const { reader, log, append } = await follow('one\n');
    expect(await reader.lines(1)).toEqual(['one']);
    await append('two\nrest');
    await rename(log, `${log}.1`);
    await writeFile(log, 'new one\n');
    expect(await reader.lines(2)).toEqual(['two', 'rest']);
    expect(await reader.reset()).toBe('ROTATED');
    expect(await reader.lines(1)).toEqual(['new one']);
  });

  it('LOGS-FILES-005 what is written to a renamed log before the new one begins is not lost', async () => {
    const { reader, log } = await follow('one\n');
    expect(await reader.lines(1)).toEqual(['one']);
    await rename(log, `${log}.1`);
    await appendFile(`${log}.1`, 'two\n');
    await writeFile(log, 'three\n');
    expect(await reader.lines(1)).toEqual(['two']);
    expect(await reader.reset()).toBe('ROTATED');
    expect(await reader.lines(1)).toEqual(['three']);
  });

  it('LOGS-FILES-011 what is written to a rotated log while the new one is empty is not lost, nor torn', async () => {
    const { reader, connect, log } = await follow('one\n');
    expect(await reader.lines(1)).toEqual(['one']);
    await appendFile(log, 'two\nha');
    await rename(log, `${log}.1`);
    await writeFile(log, '');
    expect(await reader.lines(1)).toEqual(['two']);
    // Who comes now makes the gateway look at the log as it is now.
    expect(await connect().lines(2)).toEqual(['one', 'two']);
    await appendFile(`${log}.1`, 'lf\n');
    expect(await reader.lines(1)).toEqual(['half']);
    await appendFile(log, 'three\n');
    expect(await reader.reset()).toBe('ROTATED');
    expect(await reader.lines(1)).toEqual(['three']);
  });

  it('LOGS-FILES-006 a log that another file is renamed over is replaced', async () => {
    const { reader, log } = await follow('one\n');
    expect(await reader.lines(1)).toEqual(['one']);
    await writeFile(`${log}.tmp`, 'other\n');
    await rename(`${log}.tmp`, log);
    expect(await reader.reset()).toBe('REPLACED');
    expect(await reader.lines(1)).toEqual(['other']);
  });

  it('LOGS-FILES-007 a log that is deleted and comes back is replaced', async () => {
    const { reader, log, append } = await follow('one\n');
    expect(await reader.lines(1)).toEqual(['one']);
    await rm(log);
    await append('back\n');
    expect(await reader.reset()).toBe('REPLACED');
    expect(await reader.lines(1)).toEqual(['back']);
  });

  it('LOGS-FILES-012 a log that is cut and removed at once is void, and followed when it comes back', async () => {
    const { reader, log, append } = await follow(`${'x'.repeat(99)}\n`.repeat(900));
    expect((await reader.lines(900)).length).toBe(900);
    await truncate(log);
    await rm(log);
    await append('back\n');
    expect(await reader.reset()).toMatch(/^(TRUNCATED|REPLACED)$/);
    // The cut and the removal may have been seen one by one.
    expect(await reader.lines(1, true)).toEqual(['back']);
  });

  it('LOGS-FILES-008 a rewrite of the same size is seen', async () => {
    const { reader, log } = await follow('one\ntwo\n');
    expect(await reader.lines(2)).toEqual(['one', 'two']);
    await overwrite(log, 'eno\nowt\n');
    expect(await reader.reset()).toBe('TRUNCATED');
    expect(await reader.lines(2)).toEqual(['eno', 'owt']);
  });
});
