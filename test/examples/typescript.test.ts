import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../examples/typescript/client.ts';
import { chartData, followRun, type LiveRun, loadRuns } from '../../examples/typescript/live-run.ts';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(PROJECT, 'examples/typescript');
const RUNNING = { status: 'running', started_at: START };
const FINISHED = { status: 'finished', started_at: START };

const directory = useTemporaryDirectory();

/** A line of an events file. */
function line(step: number, metrics: object): string {
  return `${JSON.stringify(metricsEvent(step, metrics))}\n`;
}

/** Waits for `holds`, which is asked again at each call of the function that it gives. */
function waiting() {
  let look = () => {};
  return {
    onChange: () => look(),
    until: (holds: () => boolean) =>
      new Promise<void>((resolve) => {
        look = () => holds() && resolve();
        look();
      }),
  };
}

describe('the TypeScript example', () => {
  it('draws, of runs that train, what a fresh query gives, through a lost connection until they have ended', async () => {
    await using storage = await makeStorage();
    const events = [metricsEvent(1, { loss: 3, lr: 0.1 }), metricsEvent(3, { loss: 2 })];
    const ids = ['one', 'two'];
    const directories = await Promise.all(ids.map((id) => storage.addRun(id, { status: RUNNING, events })));
    await using gateway = await startTestGateway(storage);
    const socket = connect(gateway.url, { webSocketImpl: WebSocket, retryWait: async () => undefined });
    const columns = ['loss', 'lr', 'accuracy'];
    const load = () => loadRuns(gateway.url, { runIds: ids, columns });
    const { onChange, until } = waiting();
    const runs = await load();
    const followed = Promise.all(runs.map((run) => followRun(socket, run, columns, onChange)));
    const newest = (run: LiveRun) => run.held.x.at(-1);
    const shown = (run: LiveRun) => [chartData(run, columns), run.held.nonFinite];

    for (const path of directories) await appendFile(`${path}/events.jsonl`, line(4, { loss: 1.5, accuracy: 0.5 }));
    await until(() => runs.every((run) => newest(run) === 4));
    expect(runs.map((run) => chartData(run, columns))).toEqual(
      ids.map(() => [
        [1, 3, 4],
        [3, 2, 1.5],
        [0.1, null, null],
        [null, null, 0.5],
      ]),
    );

    socket.terminate();
    const changed = line(2, { loss: 2.5 }) + line(3, { loss: null });
    const blownUp = '{"type": "metrics", "data": {"global_step": 5, "loss": NaN}}\n';
    for (const path of directories) await appendFile(`${path}/events.jsonl`, changed + blownUp);
    await until(() => runs.every((run) => newest(run) === 5));
    expect(runs.map(shown)).toEqual((await load()).map(shown));
    expect(runs.map(({ held }) => held.nonFinite.get('loss'))).toEqual(ids.map(() => [{ x: 5, value: 'NAN' }]));

    for (const path of directories) await writeFile(`${path}/status.json`, JSON.stringify(FINISHED));
    await followed;
  });

  it('goes on with another gateway at the same address', async () => {
    await using storage = await makeStorage();
    const path = await storage.addRun('run', { status: RUNNING, events: [metricsEvent(1, { loss: 3 })] });
    const first = await startTestGateway(storage);
    const socket = connect(first.url, { webSocketImpl: WebSocket, retryWait: () => setTimeout(20) });
    const [run] = await loadRuns(first.url, { runIds: ['run'], columns: ['loss'] });
    const { onChange, until } = waiting();
    const followed = followRun(socket, run, ['loss'], onChange);
    await appendFile(`${path}/events.jsonl`, line(2, { loss: 2 }));
    await until(() => run.held.x.length === 2);
    await first.close();
    await appendFile(`${path}/events.jsonl`, line(3, { loss: 1 }));
    await using _ = await startTestGateway(storage, { port: Number(new URL(first.url).port) });
    await until(() => run.held.x.length === 3);
    expect(chartData(run, ['loss'])).toEqual([
      [1, 2, 3],
      [3, 2, 1],
    ]);
    await writeFile(`${path}/status.json`, JSON.stringify(FINISHED));
    await followed;
  });

  it('goes on with a run whose directory was moved, and drops nothing of it', async () => {
    await using storage = await makeStorage();
    const events = [metricsEvent(1, { loss: 3 })];
    const path = await storage.addRun('run', { path: 'old', status: RUNNING, events });
    await mkdir(`${storage.root}/runs/new`);
    await using gateway = await startTestGateway(storage);
    const socket = connect(gateway.url, { webSocketImpl: WebSocket });
    const [run] = await loadRuns(gateway.url, { runIds: ['run'], columns: ['loss'] });
    const { onChange, until } = waiting();
    const drawn: number[] = [];
    const followed = followRun(socket, run, ['loss'], () => {
      drawn.push(run.held.x.length);
      onChange();
    });
    await until(() => drawn.length > 0);
    const moved = `${storage.root}/runs/new/run`;
    await rename(path, moved);
    await appendFile(`${moved}/events.jsonl`, line(2, { loss: 2 }));
    await until(() => run.held.x.length === 2);
    expect(Math.min(...drawn)).toBe(1);
    await writeFile(`${moved}/status.json`, JSON.stringify(FINISHED));
    await followed;
  });

  it('stops following when told to, without an error', async () => {
    await using storage = await makeStorage();
    await storage.addRun('run', { status: RUNNING, events: [metricsEvent(1, { loss: 3 })] });
    await using gateway = await startTestGateway(storage);
    const socket = connect(gateway.url, { webSocketImpl: WebSocket });
    const [run] = await loadRuns(gateway.url, { runIds: ['run'], columns: ['loss'] });
    const { onChange, until } = waiting();
    let changes = 0;
    const stop = new AbortController();
    const count = () => {
      changes += 1;
      onChange();
    };
    const followed = followRun(socket, run, ['loss'], count, stop.signal);
    await until(() => changes > 0);
    stop.abort();
    expect(await followed).toBeUndefined();
  });

  it('says which gateway does not answer', async () => {
    await using storage = await makeStorage();
    const gateway = await startTestGateway(storage);
    await gateway.close();
    const load = loadRuns(gateway.url, { runIds: [], columns: [] });
    await expect(load).rejects.toThrow(`no gateway answers at ${gateway.url}`);
  });

  it('says what the gateway refused', async () => {
    await using storage = await makeStorage();
    await storage.addRun('run', { events: [metricsEvent(1, { loss: 3 })] });
    await using gateway = await startTestGateway(storage);
    const load = (runId: string, points: number) =>
      loadRuns(gateway.url, { runIds: [runId], columns: [], downsample: { points } });
    await expect(load('nope', 100)).rejects.toThrow("there is no run 'nope'");
    await expect(load('run', 5)).rejects.toThrow('points');
    const socket = connect(gateway.url, { webSocketImpl: WebSocket });
    const [{ held }] = await load('run', 100);
    await expect(followRun(socket, { runId: 'nope', held }, [], () => {})).rejects.toThrow("there is no run 'nope'");
  });

  it('copied elsewhere, generates its types from a running gateway, compiles, and follows a run', async () => {
    await using storage = await makeStorage();
    const run = await storage.addRun('run', { status: RUNNING, events: [metricsEvent(1, { loss: 3 })] });
    await using gateway = await startTestGateway(storage);
    const copy = join(directory(), 'live-chart');
    await cp(EXAMPLE, copy, { recursive: true });
    await rm(join(copy, 'generated'), { recursive: true });
    await symlink(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));

    const env = { ...process.env, RUNLENS_SCHEMA: `${gateway.url}/graphql`, NO_PROXY: '127.0.0.1' };
    const bin = (name: string) => join(copy, 'node_modules/.bin', name);
    await promisify(execFile)(bin('graphql-codegen'), [], { cwd: copy, env });
    await promisify(execFile)(bin('tsc'), [], { cwd: copy });
    const generated = (folder: string) => readFile(join(folder, 'generated/graphql.ts'), 'utf8');
    expect(await generated(copy)).toBe(await generated(EXAMPLE));

    const follower = spawn(bin('tsx'), ['follow.ts', '--url', gateway.url, 'run', '--column', 'loss'], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(follower, 'close');
    onTestFinished(() => void follower.kill());
    const printed: string[] = [];
    for await (const text of createInterface({ input: follower.stdout })) {
      printed.push(text);
      if (printed.length === 1) await appendFile(`${run}/events.jsonl`, line(2, { loss: 2 }));
      if (text.includes('step 2')) await writeFile(`${run}/status.json`, JSON.stringify(FINISHED));
    }
    expect(printed[0]).toBe('run step 1 loss 3');
    expect(printed).toContain('run step 2 loss 2');
    expect(printed.at(-1)).toBe('run has ended');
    expect(await closed).toEqual([0, null]);
  });

  it('asks for the versions that it is tested with', async () => {
    const manifest: Manifest = JSON.parse(await readFile(join(EXAMPLE, 'package.json'), 'utf8'));
    const lock: Lock = JSON.parse(await readFile(join(PROJECT, 'package-lock.json'), 'utf8'));
    const asked = { ...manifest.dependencies, ...manifest.devDependencies };
    const installed = Object.keys(asked).map((name) => [name, lock.packages[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(installed)).toEqual(asked);
    const project: Manifest = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
    expect(manifest.overrides).toEqual(project.overrides);
  });
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  /** Later versions of these do not run on the oldest Node.js. */
  readonly overrides: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}
