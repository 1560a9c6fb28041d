import { spawn } from 'node:child_process';
import fs, { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openFile, openFileSync, readFile, type StorageBounds } from '../../src/storage/files.ts';
import { beforeCall, intercept } from '../runs/interception.ts';
import { makeFifo, temporaryDirectory } from '../runs/storage.ts';

const WRITER_COMES_S = 5;

const LEADS_OUT = 'cannot be read: a symbolic link leads out of the storage, which only --follow-symlinks allows';

/** All ways of opening: what each makes of the file at a path. */
const WAYS: readonly (readonly [name: string, read: (path: string, bounds: StorageBounds) => Promise<string>])[] = [
  [
    'openFile',
    async (path, bounds) => {
      await using file = await openFile(path, bounds);
      return file.readFile('utf8');
    },
  ],
  [
    'openFileSync',
    async (path, bounds) => {
      const fd = openFileSync(path, bounds);
      try {
        return fs.readFileSync(fd, 'utf8');
      } finally {
        fs.closeSync(fd);
      }
    },
  ],
  ['readFile', (path, bounds) => readFile(path, bounds, async (fd) => fs.readFileSync(fd, 'utf8'))],
];

/** A storage with a run beside a directory that is not of it, each with a file that says where it lies. */
function makePlaces() {
  const around = temporaryDirectory();
  const root = join(around, 'storage');
  const run = join(root, 'runs/r1');
  const outside = join(around, 'storage-of-others');
  for (const directory of [run, outside]) mkdirSync(directory, { recursive: true });
  writeFileSync(join(run, 'logs.txt'), 'inside');
  writeFileSync(join(outside, 'logs.txt'), 'outside');
  return { around, root, run, outside, file: join(run, 'logs.txt'), bounds: { root, followSymlinks: false } };
}

/** Lets the system tell nobody where an open file lies, as where /proc is not mounted. */
function hideNames(): void {
  intercept(fs, 'readlinkSync', () => {
    throw Object.assign(new Error('no /proc'), { code: 'ENOENT', syscall: 'readlink' });
  });
}

const KNOWING = [
  ['where the system names what is open', () => undefined],
  ['where it does not', hideNames],
] as const;

const CASES = WAYS.flatMap(([way, read]) =>
  KNOWING.map(([knowing, prepare]) => ({ name: `${way}, ${knowing}`, read, prepare })),
);

it.each(CASES)('a file of the storage is opened: $name', async ({ read, prepare }) => {
  const { file, bounds } = makePlaces();
  prepare();
  expect(await read(file, bounds)).toBe('inside');
});

it.each(CASES)('a link to a file of the storage is followed: $name', async ({ read, prepare }) => {
  const { run, file, bounds } = makePlaces();
  symlinkSync('logs.txt', join(run, 'relative'));
  symlinkSync(file, join(run, 'absolute'));
  prepare();
  expect(await read(join(run, 'relative'), bounds)).toBe('inside');
  expect(await read(join(run, 'absolute'), bounds)).toBe('inside');
});

it.each(CASES)('a link that leads out is followed only if it may be: $name', async ({ read, prepare }) => {
  const { run, outside, bounds } = makePlaces();
  const link = join(run, 'link.txt');
  // Its name begins like that of the root.
  symlinkSync(join(outside, 'logs.txt'), join(run, 'hop'));
  symlinkSync('hop', link);
  prepare();
  await expect(read(link, bounds)).rejects.toMatchObject({ file: link, message: `link.txt ${LEADS_OUT}` });
  expect(await read(link, { ...bounds, followSymlinks: true })).toBe('outside');
});

it.each(CASES)('a directory on the way that leads out is one too: $name', async ({ read, prepare }) => {
  const { root, outside, bounds } = makePlaces();
  symlinkSync(outside, join(root, 'runs/r2'));
  prepare();
  await expect(read(join(root, 'runs/r2/logs.txt'), bounds)).rejects.toThrow(LEADS_OUT);
});

it.each(CASES)('the root may be a link, and have other names: $name', async ({ read, prepare }) => {
  const { around, run, outside } = makePlaces();
  symlinkSync('storage', join(around, 'current'));
  symlinkSync(join(outside, 'logs.txt'), join(run, 'link'));
  const bounds = { root: join(around, 'current'), followSymlinks: false };
  prepare();
  expect(await read(join(around, 'current/runs/r1/logs.txt'), bounds)).toBe('inside');
  await expect(read(join(around, 'current/runs/r1/link'), bounds)).rejects.toThrow(LEADS_OUT);
});

/** By which call each of them opens a file. */
const OPENING = [
  ['openFile', fsPromises, 'open'],
  ['openFileSync', fs, 'openSync'],
  ['readFile', fs, 'open'],
] as const;

it.each(OPENING)(
  'a link that takes the place of a directory in the last moment is seen: %s',
  async (way, module, call) => {
    const { root, run, outside, file, bounds } = makePlaces();
    beforeCall(module, call, file, () => {
      renameSync(run, join(root, 'moved'));
      symlinkSync(outside, run);
    });
    const [, read] = WAYS.find(([name]) => name === way) ?? [];
    await expect(read?.(file, bounds)).rejects.toThrow(LEADS_OUT);
  },
);

it('a link that was there only while the file was opened is seen too, also where the system names nothing', async () => {
  const { root, run, outside, file, bounds } = makePlaces();
  hideNames();
  intercept(fs, 'openSync', (open) => {
    renameSync(run, join(root, 'moved'));
    symlinkSync(outside, run);
    const fd = open();
    rmSync(run);
    renameSync(join(root, 'moved'), run);
    return fd;
  });
  expect(() => openFileSync(file, bounds)).toThrow(LEADS_OUT);
});

it.each(WAYS)('a FIFO is no file to be opened, and nobody waits for who writes to it: %s', async (_, read) => {
  const { run, bounds } = makePlaces();
  makeFifo(join(run, 'fifo'));
  await expect(read(join(run, 'fifo'), bounds)).rejects.toThrow('fifo cannot be read: not a regular file');
});

it.each(OPENING)(
  'nobody waits for who writes to a FIFO that takes the place of a file in the last moment: %s',
  async (way, module, call) => {
    const { file, bounds } = makePlaces();
    beforeCall(module, call, file, () => {
      rmSync(file);
      makeFifo(file);
    });
    // Whoever waits for one is let go, so that this ends.
    const writer = spawn('sh', ['-c', `sleep ${WRITER_COMES_S}; : > "$0"`, file]);
    onTestFinished(() => void writer.kill());
    const begunAt = performance.now();
    const [, read] = WAYS.find(([name]) => name === way) ?? [];
    await expect(read?.(file, bounds)).rejects.toThrow('logs.txt cannot be read: not a regular file');
    expect(performance.now() - begunAt).toBeLessThan(1000 * WRITER_COMES_S);
  },
);

it.each(WAYS)('every file that is refused is closed: %s', async (_, read) => {
  const { run, outside, bounds } = makePlaces();
  const link = join(run, 'link.txt');
  symlinkSync(join(outside, 'logs.txt'), link);
  const open = fs.readdirSync('/proc/self/fd').length;
  for (let i = 0; i < 20; i++) await expect(read(link, bounds)).rejects.toThrow(LEADS_OUT);
  expect(fs.readdirSync('/proc/self/fd').length).toBeLessThan(open + 20);
});
