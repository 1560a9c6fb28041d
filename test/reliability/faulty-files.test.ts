import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canInjectFaults, useStorageFaults } from '../support/faulty-storage.ts';
import { send } from '../support/gateway.ts';
import { useRunlens } from '../support/runlens-process.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';
import { findTool } from '../support/tools.ts';

const { runlens, command, bin } = useRunlens();
const faults = useStorageFaults();
const RUN = { events: [metricsEvent(1, { loss: 1 })], files: { 'logs.txt': 'line\n' } };
const WELL = { metrics: 200, logs: 200, record: 200 };

async function twoRuns(): Promise<TestStorage> {
  const storage = await makeStorage();
  await storage.addRun('well', RUN);
  await storage.addRun('ill', RUN);
  return storage;
}

async function seen(url: string, id: string): Promise<Record<keyof typeof WELL, number | string>> {
  const ask = async (part: string) => {
    const { status, headers, body } = await send(url, `/api/runs/${id}${part}`);
    expect(body).not.toMatch(/"detail":.*\//);
    return status === 200 ? status : String(headers['x-error-code']);
  };
  return { metrics: await ask('/metrics_step'), logs: await ask('/logs'), record: await ask('') };
}

describe.runIf(canInjectFaults)('a disk with bad sectors', () => {
  it('makes the files unreadable that lie on them, and no others, until they can be read', async () => {
    await using storage = await twoRuns();
    const fault = faults();
    const url = await (await runlens(['--storage', storage.root, '--port', '0'], fault)).listening();
    expect(await seen(url, 'well')).toEqual(WELL);
    fault.failReads(constants.errno.EIO, join(storage.root, 'runs/ill/'));
    expect(await seen(url, 'ill')).toEqual({ metrics: 'DATA_UNREADABLE', logs: 'DATA_UNREADABLE', record: 200 });
    expect(await seen(url, 'well')).toEqual(WELL);
    fault.mend();
    expect(await seen(url, 'ill')).toEqual(WELL);
  });

  it('may fail every call, also those that only look', async () => {
    await using storage = await twoRuns();
    const fault = faults();
    const url = await (await runlens(['--storage', storage.root, '--port', '0'], fault)).listening();
    fault.fail(constants.errno.EIO, join(storage.root, 'runs/ill/'));
    expect(await seen(url, 'ill')).toMatchObject({ metrics: 'DATA_UNREADABLE', logs: 'DATA_UNREADABLE' });
    expect(await seen(url, 'well')).toEqual(WELL);
    fault.mend();
    expect(await seen(url, 'ill')).toEqual(WELL);
  });

  it('cuts a log short that is being sent, rather than leave its reader waiting', async () => {
    await using storage = await makeStorage();
    const fault = faults();
    const log = 'a line of the log\n'.repeat(1_000_000);
    await storage.addRun('ill', { ...RUN, files: { 'logs.txt': log } });
    const url = await (await runlens(['--storage', storage.root, '--port', '0'], fault)).listening();
    const response = await fetch(`${url}/api/runs/ill/logs`);
    expect(response.status).toBe(200);
    fault.failReads(constants.errno.EIO, join(storage.root, 'runs/ill/'));
    await expect(response.text()).rejects.toThrow('terminated');
    fault.mend();
    expect(await (await fetch(`${url}/api/runs/ill/logs`)).text()).toBe(log);
  });
});

const NOBODY = 65_534;
/** Superusers may read everything: as one the gateway is run by somebody else. */
const isRoot = process.geteuid?.() === 0;
const DROP = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
const canDrop = !isRoot || findTool('setpriv (util-linux)', ['setpriv'], [...DROP, 'true']) !== undefined;

describe.runIf(canDrop)('files that the gateway may not read', () => {
  it.each([
    ['events', 'runs/ill/events.jsonl', 0o600, { ...WELL, metrics: 'DATA_UNREADABLE' }],
    ['logs', 'runs/ill/logs.txt', 0o600, { ...WELL, logs: 'DATA_UNREADABLE' }],
    ['a run', 'runs/ill', 0o700, { metrics: 'RUN_NOT_FOUND', logs: 'RUN_NOT_FOUND', record: 'RUN_NOT_FOUND' }],
  ] as const)('are told so, and read once it may: %s', async (_, path, forbidden, expected) => {
    await using storage = await twoRuns();
    const place = join(storage.root, path);
    await chmod(storage.root, 0o755);
    await (isRoot ? chmod(place, forbidden) : chmod(place, 0));
    const gateway = await (isRoot
      ? command('setpriv', [...DROP, process.execPath, bin, '--storage', storage.root, '--port', '0'])
      : runlens(['--storage', storage.root, '--port', '0']));
    const url = await gateway.listening();
    expect(await seen(url, 'ill')).toEqual(expected);
    expect(await seen(url, 'well')).toEqual(WELL);
    await chmod(place, 0o755);
    await expect.poll(() => seen(url, 'ill')).toEqual(WELL);
  });

  it('may be the whole storage: there are no runs then, and all of them once it may', async () => {
    await using storage = await twoRuns();
    await chmod(storage.root, 0o755);
    const gateway = await (isRoot
      ? command('setpriv', [...DROP, process.execPath, bin, '--storage', storage.root, '--port', '0'])
      : runlens(['--storage', storage.root, '--port', '0']));
    const url = await gateway.listening();
    const list = async () => JSON.stringify((await send(url, '/api/runs')).json());
    expect(await list()).toContain('well');
    await chmod(storage.root, isRoot ? 0o700 : 0);
    await expect.poll(list).toBe('[]');
    await gateway.complained(/cannot read directory .*: EACCES/);
    expect((await send(url, '/api/health')).status).toBe(200);
    await chmod(storage.root, 0o755);
    await expect.poll(list).toContain('well');
  });
});

describe('a storage that vanishes', () => {
  it('has no runs meanwhile, and all of them when it is back', async () => {
    await using storage = await twoRuns();
    const url = await (await runlens(['--storage', storage.root, '--port', '0'])).listening();
    expect(await seen(url, 'well')).toEqual(WELL);
    await rename(storage.root, `${storage.root}-away`);
    await expect.poll(async () => (await send(url, '/api/runs')).json()).toEqual([]);
    await expect.poll(async () => (await seen(url, 'well')).record).toBe('RUN_NOT_FOUND');
    expect((await send(url, '/api/health')).status).toBe(200);
    await rename(`${storage.root}-away`, storage.root);
    await expect.poll(() => seen(url, 'well')).toEqual(WELL);
  });
});

describe('a run that is replaced', () => {
  it('is the one that has its name now', async () => {
    await using storage = await twoRuns();
    const url = await (await runlens(['--storage', storage.root, '--port', '0'])).listening();
    expect(await seen(url, 'ill')).toEqual(WELL);
    await rm(join(storage.root, 'runs', 'ill'), { recursive: true });
    await mkdir(join(storage.root, 'runs', 'ill'));
    await storage.addRun('ill', { ...RUN, events: [metricsEvent(7, { other: 3 })] });
    await expect
      .poll(async () => (await send(url, '/api/runs/ill/metrics_step')).json())
      .toMatchObject({
        rows: [{ global_step: 7, other: 3 }],
      });
  });
});

describe('a disk that is full', () => {
  it('is nothing to the gateway, which writes nothing', async () => {
    await using storage = await twoRuns();
    const before = await tree(storage.root);
    const gateway = await runlens(['--storage', storage.root, '--port', '0', '--log-level', 'warn']);
    const url = await gateway.listening();
    expect([await seen(url, 'ill'), await seen(url, 'well')]).toEqual([WELL, WELL]);
    expect(await readdir(gateway.temporaryDirectory)).toEqual([]);
    gateway.signal('SIGTERM');
    expect(await gateway.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await tree(storage.root)).toEqual(before);
  });
});

/** All that lies below a directory, with what would be another after a write. */
async function tree(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  const lines = names.map(async (name) => {
    const { ino, size, mtimeNs, ctimeNs } = await stat(join(directory, name), { bigint: true });
    return `${name} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  });
  return (await Promise.all(lines)).toSorted();
}
