import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { START } from '../support/storage.ts';
import { logged, type ServedRun, useGateway } from './fixture.ts';

const gateway = useGateway();

const RUNNING = { status: 'running', started_at: START };
const HERE = { created_at: START, hostname: hostname() };

async function detailOf({ id }: ServedRun): Promise<Record<string, unknown>> {
  return JSON.parse((await gateway.gateway.request(`/api/runs/${id}`)).body);
}

async function statusOf(meta: object, status: object | string | null): Promise<unknown> {
  return (await detailOf(await gateway.serve({ meta, status }))).status;
}

/** The id of a process of this host that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('the status of a run', () => {
  it('REST-STATUS-001 finished, failed and interrupted are reported as they are written', async () => {
    for (const status of ['finished', 'failed', 'interrupted']) {
      expect(await statusOf({ ...HERE, pid: deadPid() }, { status, started_at: START, ended_at: START + 9 })).toBe(
        status,
      );
    }
  });

  it('REST-STATUS-002 without a status.json a run is finished', async () => {
    expect(await statusOf({ ...HERE, pid: deadPid() }, null)).toBe('finished');
  });

  it('REST-STATUS-003 with an unreadable status.json a run is finished', async () => {
    for (const content of ['', '{"status": "runn', 'running', '[]', '"running"', 'null']) {
      expect(await statusOf(HERE, content)).toBe('finished');
    }
  });

  it('REST-STATUS-004 a run whose process lives on this host is running', async () => {
    expect(await statusOf({ ...HERE, pid: process.pid }, { status: 'running', started_at: Date.now() / 1000 })).toBe(
      'running',
    );
  });

  it('REST-STATUS-005 a running run of this host is failed where no process of its pid lives', async () => {
    expect(await statusOf({ ...HERE, pid: deadPid() }, RUNNING)).toBe('failed');
  });

  it('REST-STATUS-006 it is failed too where that process started after the run did', async () => {
    expect(await statusOf({ ...HERE, pid: process.pid }, RUNNING)).toBe('failed');
  });

  it('REST-STATUS-007 a running run of another host, or of none, stays running', async () => {
    const pid = deadPid();
    expect(await statusOf({ ...HERE, hostname: `not-${hostname()}`, pid }, RUNNING)).toBe('running');
    expect(await statusOf({ created_at: START, pid }, RUNNING)).toBe('running');
    expect(await statusOf({ ...HERE, hostname: null, pid }, RUNNING)).toBe('running');
  });

  it('REST-STATUS-008 the list reports the same status as the run itself', async () => {
    const dead = await gateway.serve({ meta: { ...HERE, pid: deadPid() }, status: RUNNING });
    const unknown = await gateway.serve({ status: null });
    const { body } = await gateway.gateway.request('/api/runs');
    const listed: { id: string; status: string }[] = JSON.parse(body);
    const statuses = new Map(listed.map(({ id, status }) => [id, status]));
    expect([statuses.get(dead.id), statuses.get(unknown.id)]).toEqual(['failed', 'finished']);
  });

  it('REST-STATUS-009 a derived status is reported, never written', async () => {
    const run = await gateway.serve({ meta: { ...HERE, pid: deadPid() }, status: RUNNING });
    const before = await readFile(join(run.directory, 'status.json'), 'utf8');
    expect((await detailOf(run)).status).toBe('failed');
    expect(await readFile(join(run.directory, 'status.json'), 'utf8')).toBe(before);
  });
});

describe('small files that are not what they claim to be', () => {
  const BROKEN = ['', '{', '[1]', '"text"', 'null', '5', '\u0000', '{"id": "x", "pid": 12'];
  const files = {
    'summary.json': { best_metric_name: 'loss', best_metric_value: 0.5 },
    'assets.json': { config: { lr: 1 } },
  };

  it('REST-FILES-001 a run with a broken meta.json is served with what its other files say', async () => {
    for (const meta of BROKEN) {
      const run = await gateway.serve({
        path: 'p/n',
        meta,
        status: { status: 'failed' },
        files,
        events: logged('{"step": 1}'),
      });
      const expected = { id: run.id, status: 'failed', pid: null, path: 'p/n', alias: null, assets_count: 1 };
      expect(await detailOf(run)).toMatchObject(expected);
      expect((await run.get('metrics')).headers['x-row-count']).toBe('1');
    }
  });

  it('REST-FILES-002 a run with a broken assets.json is served with what its other files say', async () => {
    for (const assets of BROKEN) {
      const run = await gateway.serve({ meta: { ...HERE, pid: 7 }, files: { ...files, 'assets.json': assets } });
      expect(await detailOf(run)).toMatchObject({ status: 'finished', pid: 7, assets_count: 0 });
    }
  });

  it('REST-FILES-003 NaN and Infinity, as Python writes them, do not spoil a file; they are null', async () => {
    const run = await gateway.serve({
      meta: '{"pid": 7, "score": NaN, "alias": "NaN"}',
      files: { 'assets.json': '{"config": {"clip": Infinity, "min": -Infinity, "note": "Infinity"}}' },
    });
    expect(await detailOf(run)).toMatchObject({
      pid: 7,
      alias: 'NaN',
      assets: { config: { clip: null, min: null, note: 'Infinity' } },
    });
  });

  it('REST-FILES-004 members of unexpected types keep a run from nothing', async () => {
    const meta = { id: 1, path: [], created_at: '1', pid: 'seven', alias: 5, tags: 'none', hostname: ['h'] };
    const assets = { code: 1, config: [], datasets: 5, pretrained: null };
    const run = await gateway.serve({ meta, status: { status: 5 }, files: { ...files, 'assets.json': assets } });
    expect(await detailOf(run)).toMatchObject({ id: run.id, status: 'finished', path: null, assets_count: 0 });
  });

  it('REST-FILES-005 a file that is written anew is read anew', async () => {
    const run = await gateway.serve({ status: { status: 'interrupted' } });
    expect((await detailOf(run)).status).toBe('interrupted');
    await gateway.storage.addRun(run.id, { status: { status: 'failed' } });
    expect((await detailOf(run)).status).toBe('failed');
  });

  it('REST-FILES-006 files of other names in a run mean nothing', async () => {
    const run = await gateway.serve({
      files: { 'events.jsonl.lock': '', 'meta.json.lock': '', media: 'x', 'step.jsonl': 'y' },
    });
    expect(await detailOf(run)).toMatchObject({ id: run.id, status: 'finished' });
    expect((await run.get('metrics')).headers['x-row-count']).toBe('0');
  });
});

describe('summaries in the list', () => {
  it('REST-FILES-007 the best metric is listed as summary.json gives it, or null where that is broken or not finite', async () => {
    const name = 'best_metric_name';
    const cases: [summary: string | null, expected: unknown[]][] = [
      [`{"${name}": "acc", "best_metric_value": 1}`, ['acc', 1]],
      [`{"${name}": "acc", "best_metric_value": NaN}`, ['acc', null]],
      ['{"loss": 0.1}', [null, null]],
      [null, [null, null]],
      ['{"best_metric', [null, null]],
      ['[]', [null, null]],
    ];
    const ids: string[] = [];
    for (const [summary] of cases) ids.push((await gateway.serve({ files: { 'summary.json': summary } })).id);
    await using fresh = await startTestGateway(gateway.storage);
    const listed: Record<string, unknown>[] = JSON.parse((await fresh.request('/api/runs')).body);
    const best = ids.map((id) => listed.find((run) => run.id === id));
    expect(best.map((run) => [run?.best_metric_name, run?.best_metric_value])).toEqual(
      cases.map(([, expected]) => expected),
    );
  });
});
