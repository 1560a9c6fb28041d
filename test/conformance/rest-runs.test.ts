import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, START, type TestStorage } from '../support/storage.ts';
import { useGateway } from './fixture.ts';

const gateway = useGateway();

interface Run {
  readonly id: string;
  readonly created_time: number;
}

async function answerTo<T>(path: string): Promise<T> {
  return JSON.parse((await gateway.gateway.request(path)).body);
}

/** What a gateway that has just been started lists. */
async function listOf(storage: TestStorage): Promise<Run[]> {
  await using fresh = await startTestGateway(storage);
  return JSON.parse((await fresh.request('/api/runs')).body);
}

const META = {
  alias: 'baseline',
  created_at: START + 0.5,
  python: '3.11.7',
  platform: 'Linux',
  hostname: 'gpu-01',
  pid: 4711,
  storage_dir: '/data',
  workspace_root: '/home/me',
  tags: ['baseline', '基线'],
};
const SUMMARY = {
  best_metric_name: 'accuracy',
  best_metric_value: 0.93,
  best_metric_step: 40,
  best_metric_mode: 'max',
  note: 1,
};
const ASSETS = {
  code: { snapshot: { archive_path: 'code.zip', size: 10 } },
  config: { lr: 0.001, layers: [1, 2] },
  datasets: [{ name: 'cifar10' }, { name: 'extra' }],
  pretrained: [],
  outputs: [{ name: 'model.pt' }],
};
const FILES = { 'summary.json': SUMMARY, 'assets.json': ASSETS };

describe('health', () => {
  it('REST-HEALTH-001 health tells status, version, storage and the cache statistics', async () => {
    expect(await answerTo('/api/health')).toEqual({
      status: 'ok',
      version: packageJson.version,
      storage: gateway.storage.root,
      cache: await answerTo('/api/metrics/cache/stats'),
    });
  });
});

describe('the list of runs', () => {
  it('REST-RUNS-001 a run is listed with these members, from its place and its files', async () => {
    await using storage = await makeStorage();
    const run_dir = await storage.addRun('20240101_000000_a1b2c3', {
      path: 'vision/cifar/resnet',
      meta: META,
      files: FILES,
    });
    expect(await listOf(storage)).toEqual([
      {
        id: '20240101_000000_a1b2c3',
        run_dir,
        created_time: START + 0.5,
        status: 'finished',
        pid: 4711,
        best_metric_value: 0.93,
        best_metric_name: 'accuracy',
        path: 'vision/cifar/resnet',
        alias: 'baseline',
        tags: ['baseline', '基线'],
        assets_count: 5,
        project: 'vision',
        name: 'resnet',
      },
    ]);
  });

  it('REST-RUNS-002 what a run does not say is null; it has no tags and no assets', async () => {
    await using storage = await makeStorage();
    const run_dir = await storage.addRun('a', { meta: { created_at: 5 } });
    expect(await listOf(storage)).toEqual([
      {
        id: 'a',
        run_dir,
        created_time: 5,
        status: 'finished',
        pid: null,
        best_metric_value: null,
        best_metric_name: null,
        path: null,
        alias: null,
        tags: [],
        assets_count: 0,
        project: null,
        name: null,
      },
    ]);
  });

  it('REST-RUNS-003 the newest run comes first, of both layouts together', async () => {
    await using storage = await makeStorage();
    await storage.addRun('a', { meta: { created_at: 20 } });
    await storage.addRun('b', { meta: { created_at: 40 }, layout: 'legacy' });
    await storage.addRun('c', { meta: { created_at: 10 }, layout: 'legacy' });
    await storage.addRun('d', { meta: { created_at: 30.5 }, path: 'deep/er' });
    expect((await listOf(storage)).map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('REST-RUNS-004 a storage without runs has an empty list', async () => {
    await using storage = await makeStorage();
    await using fresh = await startTestGateway(storage);
    expect(await fresh.request('/api/runs')).toMatchObject({ status: 200, body: '[]' });
  });

  it('REST-RUNS-005 created_time is the modification time of the directory where meta.json does not say', async () => {
    await using storage = await makeStorage();
    for (const [id, meta] of [
      ['a', null],
      ['b', {}],
      ['c', { created_at: 'yesterday' }],
      ['d', '{"created_at": 17'],
    ] as const) {
      await utimes(await storage.addRun(id, { meta }), 1_600_000_000.25, 1_600_000_000.25);
    }
    expect((await listOf(storage)).map(({ created_time }) => created_time)).toEqual(Array(4).fill(1_600_000_000.25));
  });

  it('REST-RUNS-006 a deleted run is not listed', async () => {
    await using storage = await makeStorage();
    await storage.addRun('a', { files: { '.deleted': '' } });
    await storage.addRun('b', { files: { '.deleted': '{}' }, layout: 'legacy' });
    await storage.addRun('c');
    expect((await listOf(storage)).map(({ id }) => id)).toEqual(['c']);
  });

  it('REST-RUNS-007 the list is at most a second old', async () => {
    await gateway.gateway.request('/api/runs');
    const { id } = await gateway.serve();
    const created = performance.now();
    let [asked, isListed] = [created, false];
    while (!isListed && asked < created + 1000) {
      await setTimeout(20);
      asked = performance.now();
      isListed = (await answerTo<Run[]>('/api/runs')).some((run) => run.id === id);
    }
    expect(isListed).toBe(true);
  });
});

describe('one run', () => {
  it('REST-RUNS-008 a run answers with these members, among them the absolute paths of its files', async () => {
    const { id, directory } = await gateway.serve({ path: 'vision/cifar/resnet', meta: META, files: FILES });
    expect(await answerTo(`/api/runs/${id}`)).toEqual({
      id,
      status: 'finished',
      pid: 4711,
      run_dir: directory,
      path: 'vision/cifar/resnet',
      alias: 'baseline',
      project: 'vision',
      name: 'resnet',
      logs: join(directory, 'logs.txt'),
      metrics: join(directory, 'events.jsonl'),
      metrics_step: join(directory, 'events.jsonl'),
      assets: ASSETS,
      assets_count: 5,
    });
  });

  it('REST-RUNS-009 assets_count is one for a code snapshot, one for a config, and the lengths of the lists', async () => {
    const empty = { code: {}, config: {}, datasets: [], pretrained: [], outputs: [] };
    for (const [assets, count] of [
      [empty, 0],
      [{ ...empty, code: ASSETS.code }, 1],
      [{ ...empty, config: { lr: 1, layers: 2 } }, 1],
      [{ ...empty, datasets: [1, 2] }, 2],
      [{ ...empty, pretrained: [1, 2, 3] }, 3],
      [{ ...empty, outputs: [1] }, 1],
      [{ config: { lr: 1 }, outputs: [1], other: [1, 2] }, 2],
    ] as const) {
      const { id } = await gateway.serve({ files: { 'assets.json': assets } });
      expect(await answerTo(`/api/runs/${id}`)).toMatchObject({ assets, assets_count: count });
    }
  });

  it('REST-RUNS-010 progress is never available', async () => {
    const { id } = await gateway.serve();
    expect(await answerTo(`/api/runs/${id}/progress`)).toEqual({ available: false, status: 'unknown' });
  });
});
