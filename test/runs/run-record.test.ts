import fs, { mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileAccess } from '../../src/runs/json-file.ts';
import { RunReader } from '../../src/runs/run-reader.ts';
import { ACCESS } from '../support/bounds.ts';
import { intercept } from './interception.ts';
import { makeFifo, makeRun, temporaryDirectory } from './storage.ts';

/** The record of a run with these files, in a directory of that path that was modified at 1234.5. */
async function recordOf(files: Record<string, unknown>, path: string | null = 'vision/cifar10/resnet18') {
  const directory = makeRun(join(temporaryDirectory(), 'r1'), files);
  utimesSync(directory, 1234.5, 1234.5);
  const record = await new RunReader({ id: 'r1', directory, path }, ACCESS).read();
  if (record === undefined) throw new Error('no record');
  return record;
}

describe('the record of a run', () => {
  it('holds what its place and its files say', async () => {
    const record = await recordOf({
      'meta.json': {
        id: 'another',
        path: 'lies',
        project: 'lies',
        name: 'lies',
        alias: 'baseline',
        created_at: 1704067200.25,
        hostname: 'gpu-01',
        pid: 4242,
        tags: ['a', 1, null, 'b', ['c']],
      },
      'status.json': { status: 'interrupted', started_at: 1704067201.5, ended_at: 1704067300 },
      'summary.json': {
        loss: 0.1,
        best_metric_name: 'val/accuracy',
        best_metric_value: 0.94,
        best_metric_step: 2600,
        best_metric_mode: 'max',
      },
      'assets.json': { code: {}, config: { lr: 0.1 }, datasets: [], pretrained: [], outputs: [] },
    });
    expect(record).toEqual({
      id: 'r1',
      directory: record.directory,
      path: 'vision/cifar10/resnet18',
      project: 'vision',
      name: 'resnet18',
      alias: 'baseline',
      tags: ['a', 'b'],
      createdAt: 1704067200.25,
      startedAt: 1704067201.5,
      endedAt: 1704067300,
      hostname: 'gpu-01',
      pid: 4242,
      status: 'interrupted',
      summary: {
        loss: 0.1,
        best_metric_name: 'val/accuracy',
        best_metric_value: 0.94,
        best_metric_step: 2600,
        best_metric_mode: 'max',
      },
      bestMetric: { name: 'val/accuracy', value: 0.94, step: 2600, mode: 'max' },
      assets: { code: {}, config: { lr: 0.1 }, datasets: [], pretrained: [], outputs: [] },
      assetsCount: 1,
      config: { lr: 0.1 },
    });
  });

  const UNKNOWN = {
    alias: null,
    tags: [],
    createdAt: 1234.5,
    startedAt: null,
    endedAt: null,
    hostname: null,
    pid: null,
    status: 'unknown',
    summary: null,
    bestMetric: null,
    assets: {},
    assetsCount: 0,
    config: null,
  };

  it.each([
    ['missing', {}],
    ['empty', { 'meta.json': '', 'status.json': '', 'summary.json': '', 'assets.json': '' }],
    ['no objects', { 'meta.json': '[]', 'status.json': '1', 'summary.json': 'null', 'assets.json': '"x"' }],
    ['binary', { 'meta.json': '\0\u0001', 'status.json': '\0', 'summary.json': '\0', 'assets.json': '\0' }],
  ])('has nulls where the files are %s', async (_, files) => {
    expect(await recordOf(files)).toMatchObject(UNKNOWN);
  });

  it('takes values of the wrong type for absent', async () => {
    const record = await recordOf({
      'meta.json': { alias: 1, tags: 'a', created_at: '1', hostname: [], pid: '7' },
      'status.json': { status: 'exploded', started_at: true, ended_at: {} },
      'summary.json': { best_metric_name: 1, best_metric_value: 1 },
      'assets.json': { code: [], config: [1], datasets: { length: 3 }, pretrained: 'abc', outputs: null },
    });
    expect(record).toMatchObject({ ...UNKNOWN, summary: { best_metric_name: 1 }, assets: { outputs: null } });
  });

  it('has no time that no Date can hold', async () => {
    expect(await recordOf({ 'meta.json': '{"created_at": 1e300}', 'status.json': '{"ended_at": NaN}' })).toMatchObject({
      createdAt: 1234.5,
      endedAt: null,
    });
    expect(await recordOf({ 'meta.json': { created_at: 8.64e12 } })).toMatchObject({ createdAt: 8.64e12 });
    expect(await recordOf({ 'meta.json': { created_at: 8.65e12 } })).toMatchObject({ createdAt: 1234.5 });
  });

  it('has the best metric, without a value where that is not finite', async () => {
    const record = await recordOf({
      'summary.json': '{"best_metric_name": "loss", "best_metric_value": NaN, "f1": -Infinity}',
    });
    expect(record.bestMetric).toEqual({ name: 'loss', value: null, step: null, mode: null });
    expect(record.summary).toEqual({ best_metric_name: 'loss', best_metric_value: null, f1: null });
  });

  it.each([
    [{}, 0],
    [{ code: { snapshot: { archive_path: 'x' } } }, 1],
    [{ code: { snapshot: null }, config: {} }, 0],
    [{ config: { lr: 1, wd: 2 } }, 1],
    [{ code: { snapshot: {} }, config: { a: 1 }, datasets: [1, 2], pretrained: [1], outputs: [1, 2, 3] }, 8],
  ])('counts the assets %j as %i', async (assets, count) => {
    expect(await recordOf({ 'assets.json': assets })).toMatchObject({ assets, assetsCount: count });
  });

  it('has project and name from its path, at the top from meta.json', async () => {
    const files = { 'meta.json': { project: 'audio', name: 'wav2vec' } };
    expect(await recordOf(files, 'solo')).toMatchObject({ path: 'solo', project: 'solo', name: 'solo' });
    expect(await recordOf(files, null)).toMatchObject({ path: null, project: 'audio', name: 'wav2vec' });
    expect(await recordOf({}, null)).toMatchObject({ path: null, project: null, name: null });
  });

  it('is read at every moment of its files being written', async () => {
    const meta = JSON.stringify({ alias: 'é', created_at: 5, tags: ['a'] });
    for (let length = 0; length < meta.length; length++) {
      const record = await recordOf({ 'meta.json': meta.slice(0, length), 'status.json': { status: 'finished' } });
      expect(record).toMatchObject({ ...UNKNOWN, status: 'finished' });
    }
    expect(await recordOf({ 'meta.json': meta })).toMatchObject({ alias: 'é', createdAt: 5, tags: ['a'] });
  });

  it('is as old as the directory that a link leads to, where links are followed', async () => {
    const directory = makeRun(join(temporaryDirectory(), 'r1'), { 'status.json': { status: 'failed' } });
    utimesSync(directory, 1234.5, 1234.5);
    const link = join(temporaryDirectory(), 'r2');
    symlinkSync(directory, link);
    const access: FileAccess = { ...ACCESS, bounds: { root: '/', followSymlinks: true } };
    const record = await new RunReader({ id: 'r2', directory: link, path: null }, access).read();
    expect(record).toMatchObject({ createdAt: 1234.5, status: 'failed' });
  });

  it('does without files that are FIFOs or directories', async () => {
    const directory = makeRun(join(temporaryDirectory(), 'r1'), { 'status.json': { status: 'failed' } });
    makeFifo(join(directory, 'meta.json'));
    mkdirSync(join(directory, 'assets.json'));
    const refused: string[] = [];
    const access: FileAccess = { ...ACCESS, refused: ({ file }) => refused.push(basename(file)) };
    expect(await new RunReader({ id: 'r1', directory, path: null }, access).read()).toMatchObject({
      status: 'failed',
      alias: null,
      assets: {},
    });
    expect(refused.toSorted()).toEqual(['assets.json', 'meta.json']);
  });

  it.each(['running', 'finished', 'failed', 'interrupted'])('has the status %s', async (status) => {
    expect(await recordOf({ 'meta.json': { hostname: 'elsewhere' }, 'status.json': { status } })).toMatchObject({
      status,
    });
  });

  it('says failed of a run of this host whose process has died', async () => {
    const status = { status: 'running', started_at: Date.now() / 1000 };
    const alive = { 'meta.json': { hostname: hostname(), pid: process.pid }, 'status.json': status };
    const dead = { 'meta.json': { hostname: hostname(), pid: 0 }, 'status.json': status };
    expect(await recordOf(alive)).toMatchObject({ status: 'running', pid: process.pid });
    expect(await recordOf(dead)).toMatchObject({ status: 'failed' });
  });

  it('is none once the directory has vanished', async () => {
    const directory = makeRun(join(temporaryDirectory(), 'r1'), { 'meta.json': { created_at: 1 }, 'status.json': {} });
    const location = { id: 'r1', directory, path: null };
    rmSync(directory, { recursive: true });
    expect(await new RunReader(location, ACCESS).read()).toBeUndefined();
  });

  it('is none if the directory vanishes after the first file was read', async () => {
    const directory = makeRun(join(temporaryDirectory(), 'r1'), { 'meta.json': { created_at: 1 }, 'status.json': {} });
    const vanished = new Promise<void>((resolve) => {
      intercept(fs, 'open', (call, args) => {
        const answer = args.at(-1);
        if (typeof answer !== 'function') return call();
        args[args.length - 1] = (...results: unknown[]) => {
          rmSync(directory, { recursive: true });
          resolve();
          Reflect.apply(answer, undefined, results);
        };
        return call();
      });
    });
    intercept(fs, 'stat', (call, args) =>
      args[0] === join(directory, 'meta.json') ? call() : vanished.then(call, () => undefined),
    );
    expect(await new RunReader({ id: 'r1', directory, path: null }, ACCESS).read()).toBeUndefined();
  });
});
