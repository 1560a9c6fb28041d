import fs, { appendFileSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type FileAccess, JsonFile } from '../../src/runs/json-file.ts';
import { ACCESS } from '../support/bounds.ts';
import { beforeCall, countCalls, intercept } from './interception.ts';
import { makeFifo, temporaryDirectory } from './storage.ts';

const pathOfNew = () => join(temporaryDirectory(), 'summary.json');

/** Access to all files, and the messages of what was refused. */
function listedRefusals() {
  const refusals: string[] = [];
  const access: FileAccess = { ...ACCESS, refused: ({ message }) => refusals.push(message) };
  return { access, refusals };
}

it.each([
  ['an object', '{"a": [1]}', { a: [1] }],
  ['what Python writes for what is not finite', '{"a": NaN}', { a: null }],
  ['a byte order mark', '\uFEFF{"a": 1}', { a: 1 }],
  ['hostile keys', '{"__proto__": 1}', JSON.parse('{"__proto__": 1}')],
  ['nothing', '', undefined],
  ['half of an object', '{"a": 1', undefined],
  ['an array', '[1]', undefined],
  ['null', 'null', undefined],
  ['a number', 'NaN', undefined],
  ['no text', '\0\u0001\u0002', undefined],
])('a file that holds %s', async (_, text, content) => {
  const path = pathOfNew();
  writeFileSync(path, text);
  expect(await new JsonFile(path, ACCESS).read()).toEqual(content);
});

it('bytes that are not UTF-8 do not spoil the rest', async () => {
  const path = pathOfNew();
  writeFileSync(path, Buffer.from('{"a": "\xFF", "b": 1}', 'latin1'));
  expect(await new JsonFile(path, ACCESS).read()).toEqual({ a: '\uFFFD', b: 1 });
});

it('what is no regular file is not opened, and that is told', async () => {
  const path = pathOfNew();
  const { access, refusals } = listedRefusals();
  const opened = countCalls(fs, ['open']);
  expect(await new JsonFile(path, ACCESS).read()).toBeUndefined();
  makeFifo(path);
  expect(await new JsonFile(path, access).read()).toBeUndefined();
  rmSync(path);
  mkdirSync(path);
  expect(await new JsonFile(path, access).read()).toBeUndefined();
  expect(await new JsonFile(join(path, 'file'), ACCESS).read()).toBeUndefined();
  expect(opened.take()).toBe(0);
  expect(refusals).toEqual(Array(2).fill('summary.json cannot be read: not a regular file'));
});

it('a FIFO that takes the place of the file in the last moment does not hang the reader', async () => {
  const path = pathOfNew();
  writeFileSync(path, '{}');
  beforeCall(fs, 'open', path, () => {
    rmSync(path);
    makeFifo(path);
  });
  expect(await new JsonFile(path, listedRefusals().access).read()).toBeUndefined();
});

it('a file that vanishes in the last moment is missing', async () => {
  const path = pathOfNew();
  writeFileSync(path, '{}');
  beforeCall(fs, 'open', path, () => rmSync(path));
  expect(await new JsonFile(path, ACCESS).read()).toBeUndefined();
});

it('a link to a file is read, a link to itself is not', async () => {
  const path = pathOfNew();
  writeFileSync(`${path}.real`, '{"a": 1}');
  symlinkSync(`${path}.real`, path);
  expect(await new JsonFile(path, ACCESS).read()).toEqual({ a: 1 });
  symlinkSync('loop', join(path, '../loop'));
  expect(await new JsonFile(join(path, '../loop'), ACCESS).read()).toBeUndefined();
});

it('a file over 16 MiB is not read', async () => {
  const path = pathOfNew();
  const limit = 16 * 1024 * 1024;
  writeFileSync(path, `{"a": 1}${' '.repeat(limit - 8)}`);
  expect(await new JsonFile(path, ACCESS).read()).toEqual({ a: 1 });
  appendFileSync(path, ' ');
  expect(await new JsonFile(path, ACCESS).read()).toBeUndefined();
});

it('every change is seen, however soon it comes and however alike it looks', async () => {
  const path = pathOfNew();
  const file = new JsonFile(path, ACCESS);
  for (let count = 10; count < 60; count++) {
    writeFileSync(path, `{"a": ${count}}`);
    expect(await file.read()).toEqual({ a: count });
  }
  rmSync(path);
  expect(await file.read()).toBeUndefined();
});

it('what did not change is not read again', async () => {
  const path = pathOfNew();
  writeFileSync(path, '{"a": 1}');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const file = new JsonFile(path, ACCESS);
  const content = await file.read();
  const opened = countCalls(fs, ['open']);
  expect(await file.read()).toBe(content);
  expect(opened.take()).toBe(0);
  writeFileSync(path, '{"a": 2}');
  utimesSync(path, 1000, 1000);
  expect(await file.read()).toEqual({ a: 2 });
});

it('an exhausted process is an error, not a missing file', async () => {
  const path = pathOfNew();
  writeFileSync(path, '{}');
  intercept(fs, 'stat', (_, args) => {
    const answer = args.at(-1);
    const error = Object.assign(new Error('out of memory'), { code: 'ENOMEM', syscall: 'stat' });
    return typeof answer === 'function' ? answer(error) : undefined;
  });
  await expect(new JsonFile(path, ACCESS).read()).rejects.toThrow('out of memory');
});
