import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDemo } from '../../src/demo/start-demo.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

it('the process of a demo tells when the ended runs are written, and trains on', async () => {
  const demo = startDemo(join(directory(), 'served'));
  await demo.written;
  const place = join(directory(), 'served/runs/vision/cifar10/resnet18');
  await expect.poll(async () => (await readdir(place)).length).toBe(2);
  await demo.stop();
});

it('the process of a demo tells why the ended runs cannot be written', async () => {
  const file = join(directory(), 'file');
  await writeFile(file, '');
  const demo = startDemo(file);
  await expect(demo.written).rejects.toThrow(/^the demo could not be written: ENOTDIR: .*/);
  await demo.stop();
});

it('a demo whose process is ended too early is not written', async () => {
  const demo = startDemo(join(directory(), 'ended'));
  const [written] = await Promise.allSettled([demo.written, demo.stop()]);
  expect(written).toMatchObject({ reason: new Error('the demo could not be written: its process was ended') });
});

it('the process of a demo removes it and ends, where the one that started it is gone before it can tell it anything', async () => {
  const place = join(directory(), 'abandoned');
  await mkdir(place);
  const child = fork(new URL('../../dist/src/demo/demo-process.js', import.meta.url), [place], { execArgv: [] });
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await readdir(directory())).not.toContain('abandoned');
});
