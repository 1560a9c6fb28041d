import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage } from '../support/storage.ts';
import { logged, useGateway } from './fixture.ts';

const gateway = useGateway();

const answerTo = (id: string) => gateway.gateway.request(`/api/runs/${encodeURIComponent(id)}`);
const statusOf = async (id: string) => (await answerTo(id)).status;
const detailOf = async (id: string) => (await answerTo(id)).json();

describe('where runs lie', () => {
  it('REST-LAYOUT-001 in the current layout a run lies below runs/, at any depth, and its path is what is between', async () => {
    for (const [path, expected] of [
      [undefined, { path: null, project: null, name: null }],
      ['vision', { path: 'vision', project: 'vision', name: 'vision' }],
      ['a/b/c/d', { path: 'a/b/c/d', project: 'a', name: 'd' }],
      ['数据/été 1', { path: '数据/été 1', project: '数据', name: 'été 1' }],
    ] as const) {
      const { id } = await gateway.serve(path === undefined ? {} : { path });
      expect(await detailOf(id)).toMatchObject(expected);
    }
  });

  it('REST-LAYOUT-002 there either meta.json or status.json makes a directory a run, whatever is in it', async () => {
    for (const content of [{ meta: '' }, { meta: '{', status: null }, { meta: null, status: '' }]) {
      const { id } = await gateway.serve(content);
      expect(await statusOf(id)).toBe(200);
    }
    const { id } = await gateway.serve({ meta: null, status: null, events: logged('{"step": 1}') });
    expect(await statusOf(id)).toBe(404);
  });

  it('REST-LAYOUT-003 nothing below a run is looked at', async () => {
    const outer = await gateway.serve({ path: 'outer' });
    const inner = await gateway.serve({ path: `outer/${outer.id}` });
    const below = await gateway.serve({ path: `outer/${outer.id}/checkpoints/deep` });
    expect([await statusOf(outer.id), await statusOf(inner.id), await statusOf(below.id)]).toEqual([200, 404, 404]);
  });

  it('REST-LAYOUT-004 in the legacy layout every directory in <project>/<name>/runs is a run, also an empty one', async () => {
    const { id } = await gateway.serve({ layout: 'legacy', path: 'audio/wav2vec', meta: null, status: null });
    expect(await detailOf(id)).toMatchObject({
      path: 'audio/wav2vec',
      project: 'audio',
      name: 'wav2vec',
    });
  });

  it('REST-LAYOUT-005 runs, webui, archive and index are not projects', async () => {
    for (const project of ['webui', 'archive', 'index']) {
      const { id } = await gateway.serve({ layout: 'legacy', path: `${project}/x` });
      expect([project, await statusOf(id)]).toEqual([project, 404]);
    }
    const { id } = await gateway.serve({ layout: 'legacy', path: 'runs/x', meta: null, status: null });
    expect(await statusOf(id)).toBe(404);
  });

  it('REST-LAYOUT-006 a legacy run lies there and nowhere else', async () => {
    const places = ['project', 'project/name/other', 'project/name/runs/deeper'];
    for (const [i, place] of places.entries()) {
      const directory = join(gateway.storage.root, place, place === 'project' ? 'runs' : '', `elsewhere-${i}`);
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'meta.json'), '{}');
      expect([place, await statusOf(`elsewhere-${i}`)]).toEqual([place, 404]);
    }
  });

  it('REST-LAYOUT-007 the place of a run beats what its meta.json says of id, path, project and name', async () => {
    const meta = { id: 'other', path: 'else/where', project: 'p', name: 'n', created_at: 1 };
    for (const layout of ['current', 'legacy'] as const) {
      const { id } = await gateway.serve({ layout, path: 'real/place', meta });
      const expected = { id, path: 'real/place', project: 'real', name: 'place' };
      expect(await detailOf(id)).toMatchObject(expected);
      expect(await statusOf('other')).toBe(404);
    }
  });

  it('REST-LAYOUT-008 an id may be any name of a directory', async () => {
    for (const id of ['run 1', 'läuf', '训练', 'a%2Fb', '%zz', "it's", 'a+b', 'x?y=1#z', '-', 'metrics']) {
      const run_dir = await gateway.storage.addRun(id, { events: logged('{"step": 5}') });
      expect(await detailOf(id)).toMatchObject({ id, run_dir });
      const answer = await gateway.gateway.request(`/api/runs/${encodeURIComponent(id)}/metrics`);
      expect(answer.headers['x-last-step']).toBe('5');
    }
  });

  it('REST-LAYOUT-009 of one id in two places the current layout is served, then the newest, with one warning', async () => {
    await using storage = await makeStorage();
    await storage.addRun('twice', { layout: 'legacy', meta: { created_at: 900 } });
    await storage.addRun('twice', { path: 'old', meta: { created_at: 100 } });
    await storage.addRun('twice', { path: 'new', meta: { created_at: 200 } });
    await storage.addRun('legacies', { layout: 'legacy', path: 'z/new', meta: { created_at: 400 } });
    await storage.addRun('legacies', { layout: 'legacy', path: 'a/old', meta: { created_at: 300 } });
    await using fresh = await startTestGateway(storage);
    for (const path of ['', '/twice', '/twice/metrics', '/legacies', '/legacies', '']) {
      await fresh.request(`/api/runs${path}`);
    }
    const listed: { id: string; path: string }[] = JSON.parse((await fresh.request('/api/runs')).body);
    expect(listed.map(({ id, path }) => [id, path])).toEqual([
      ['legacies', 'z/new'],
      ['twice', 'new'],
    ]);
    expect(JSON.parse((await fresh.request('/api/runs/twice')).body)).toMatchObject({ path: 'new' });
    const warnings = ['legacies', 'twice'].map((id) => fresh.warnings.filter((warning) => warning.includes(id)).length);
    expect(warnings).toEqual([1, 1]);
  });

  it('REST-LAYOUT-010 a run that was created a moment ago is found at once, in both layouts', async () => {
    for (const [i, layout] of (['current', 'legacy', 'current', 'legacy'] as const).entries()) {
      expect(await statusOf(`new-${i}`)).toBe(404);
      await gateway.storage.addRun(`new-${i}`, { layout, path: `p${i}/n${i}` });
      expect(await statusOf(`new-${i}`)).toBe(200);
      await gateway.storage.addRun(`beside-${i}`, { layout, path: `p${i}/n${i}` });
      expect((await gateway.gateway.request(`/api/runs/beside-${i}/metrics`)).status).toBe(200);
    }
  });

  it('REST-LAYOUT-011 a run that was deleted or removed a moment ago is not found any more', async () => {
    const [marked, removed] = [await gateway.serve(), await gateway.serve({ layout: 'legacy' })];
    expect([await statusOf(marked.id), await statusOf(removed.id)]).toEqual([200, 200]);
    await writeFile(join(marked.directory, '.deleted'), '');
    await rm(removed.directory, { recursive: true });
    expect([await statusOf(marked.id), await statusOf(removed.id)]).toEqual([404, 404]);
    await rm(join(marked.directory, '.deleted'));
    expect(await statusOf(marked.id)).toBe(200);
  });
});

describe('the storage', () => {
  it('REST-STORAGE-001 the gateway never writes into a storage root', async () => {
    await using storage = await makeStorage();
    await storage.addRun('a', {
      events: logged('{"step": 1}').trimEnd(),
      status: { status: 'running' },
      files: { 'assets.json': { config: { lr: 1 } } },
    });
    await storage.addRun('b', { layout: 'legacy', meta: '{', status: null });
    const snapshot = async () => {
      const entries = await readdir(storage.root, { recursive: true, withFileTypes: true });
      const paths = entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
      const times = await Promise.all(paths.map(async (path) => (await stat(path)).mtimeMs));
      const contents = await Promise.all(
        entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
      );
      return { paths, times, contents };
    };
    const before = await snapshot();
    {
      await using fresh = await startTestGateway(storage);
      const paths = ['health', 'runs', 'metrics/cache/stats', ...['a', 'b', 'c'].map((id) => `runs/${id}`)];
      for (const path of [...paths, 'runs/a/metrics', 'runs/b/metrics_step']) await fresh.request(`/api/${path}`);
    }
    expect(await snapshot()).toEqual(before);
  });
});
