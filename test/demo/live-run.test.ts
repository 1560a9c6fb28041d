import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { trainForever } from '../../src/demo/write-demo.ts';
import { processLives } from '../../src/runs/process-life.ts';
import { type RunlensProcess, useRunlens } from '../support/runlens-process.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const PATH = 'runs/vision/cifar10/resnet18';
const directory = useTemporaryDirectory();
const { runlens } = useRunlens();

interface Steps {
  /** Of each run. */
  readonly steps: number;
  readonly headStart?: number;
  /** After which it ends. */
  readonly total: number;
  readonly afterStep?: (place: string) => Promise<void>;
}

/** Trains runs below a directory until so many steps were taken, a head start aside. @returns where the runs are */
async function takeSteps(name: string, { steps, headStart = 0, total, afterStep = async () => {} }: Steps) {
  const root = join(directory(), name);
  const enough = new Error('enough');
  let taken = 0;
  const pause = async () => {
    await afterStep(join(root, PATH));
    taken += 1;
    if (taken === total) throw enough;
  };
  await expect(trainForever(root, { steps, headStart }, pause)).rejects.toBe(enough);
  return join(root, PATH);
}

const textOf = (place: string, run: string, file: string) => readFile(join(place, run, file), 'utf8');
const jsonOf = async (...file: [string, string, string]): Promise<unknown> => JSON.parse(await textOf(...file));

const isEnded = (status: unknown) => Object.hasOwn(Object(status), 'ended_at');

/** What a file of the one run below a directory holds after each of 60 steps. */
async function growthOf(file: string): Promise<readonly string[]> {
  const contents: string[] = [];
  await takeSteps(`growth of ${file}`, {
    steps: 200,
    total: 60,
    afterStep: async (place) => {
      const [run = ''] = await readdir(place);
      contents.push(await textOf(place, run, file));
    },
  });
  return contents;
}

describe('a live run', () => {
  it('is running, by this process on this host, until its steps are done; then it has an end and a best value', async () => {
    const place = await takeSteps('turnover', { steps: 200, total: 201 });
    const [first = '', second = ''] = (await readdir(place)).toSorted();
    const statuses = await Promise.all([first, second].map((run) => jsonOf(place, run, 'status.json')));
    const startedAt = expect.any(Number);
    expect(statuses).toContainEqual({ status: 'running', started_at: startedAt });
    expect(statuses).toContainEqual({ status: 'finished', started_at: startedAt, ended_at: expect.any(Number) });
    const finished = isEnded(statuses[0]) ? first : second;
    expect(await jsonOf(place, finished, 'meta.json')).toMatchObject({
      id: finished,
      path: 'vision/cifar10/resnet18',
      alias: 'live',
      hostname: hostname(),
      pid: process.pid,
    });
    expect(await jsonOf(place, finished, 'summary.json')).toMatchObject({ best_metric_step: 200 });
    expect(await jsonOf(place, finished, 'assets.json')).toMatchObject({ config: { lr: 0.2 } });
    const files = ['assets.json', 'events.jsonl', 'logs.txt', 'meta.json', 'status.json', 'summary.json'];
    expect((await readdir(join(place, finished))).toSorted()).toEqual(files);
  });

  it('appends one whole line of events a step, and one of validation at the end of an epoch', async () => {
    const growth = await growthOf('events.jsonl');
    expect(growth.map((text) => text.split('\n').length - 1)).toEqual(
      Array.from({ length: 60 }, (_, i) => i + 1 + Math.floor((i + 1) / 50)),
    );
    expect(growth.every((text, i) => text.endsWith('}}\n') && text.startsWith(growth[i - 1] ?? ''))).toBe(true);
  });

  it('draws its progress bar over the one before, with a line end at the end of an epoch, and says how it goes', async () => {
    const growth = (await growthOf('logs.txt')).map((text) => text.slice(text.indexOf('\r')));
    const bar = (cells: number, rest: string) => `|\u001B[32m${'█'.repeat(cells).padEnd(20)}\u001B[0m| ${rest}`;
    expect(growth.findIndex((text) => text.includes('\n'))).toBe(49);
    expect(growth[24]).toMatch(/^\rEpoch 1\/48: {3}2%\|[^\n]*25\/50 \[00:06<00:06, 4\.00it\/s\]$/);
    expect(growth[24]?.slice(growth[23]?.length)).toBe(`\rEpoch 1/48:  50%${bar(10, '25/50 [00:06<00:06, 4.00it/s]')}`);
    const [epoch, line, next] = growth[50]?.split('\n') ?? [];
    expect(epoch?.endsWith(`\rEpoch 1/48: 100%${bar(20, '50/50 [00:12<00:00, 4.00it/s]')}`)).toBe(true);
    expect(line).toContain('] \u001B[32mepoch 1\u001B[0m loss ');
    expect(next).toBe(`\rEpoch 2/48:   2%${bar(0, '1/50 [00:00<00:12, 4.00it/s]')}`);
  });

  it('tells its best value as soon as there is one', async () => {
    const summaries: unknown[] = [];
    await takeSteps('best', {
      steps: 200,
      total: 100,
      afterStep: async (place) => {
        const [run = ''] = await readdir(place);
        const files = await readdir(join(place, run));
        summaries.push(files.includes('summary.json') ? await jsonOf(place, run, 'summary.json') : null);
      },
    });
    expect(summaries.slice(0, 49)).toEqual(Array.from({ length: 49 }, () => null));
    expect(summaries[49]).toEqual({
      best_metric_name: 'val/accuracy',
      best_metric_value: expect.any(Number),
      best_metric_step: 50,
      best_metric_mode: 'max',
    });
    expect(summaries[99]).toMatchObject({ best_metric_step: 100 });
  });

  it('begins with a head start whose steps lie in the time before this process took it over', async () => {
    const began = Date.now() / 1000;
    const place = await takeSteps('head start', { steps: 200, headStart: 100, total: 3 });
    const [run = ''] = await readdir(place);
    const lines = (await textOf(place, run, 'events.jsonl')).trimEnd().split('\n');
    const events: { ts: number; data: { global_step: number } }[] = lines.map((line) => JSON.parse(line));
    const { created_at: createdAt } = Object(await jsonOf(place, run, 'meta.json'));
    const { started_at: startedAt } = Object(await jsonOf(place, run, 'status.json'));
    expect(new Set(events.map(({ data }) => data.global_step))).toEqual(
      new Set(Array.from({ length: 103 }, (_, i) => i + 1)),
    );
    const times = events.map(({ ts }) => ts);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0] - createdAt).toBeCloseTo(0.25, 3);
    expect(startedAt - createdAt).toBe(25);
    expect(startedAt).toBeGreaterThanOrEqual(began - 0.01);
  });

  it('is followed by another with the same curves but other noise; the last five are kept', async () => {
    const place = await takeSteps('kept', { steps: 3, total: 7 * 3 + 1 });
    const runs = await readdir(place);
    const statuses = await Promise.all(runs.map((run) => jsonOf(place, run, 'status.json')));
    expect(statuses).toHaveLength(5);
    expect(statuses.filter(isEnded)).toHaveLength(4);
    const events = await Promise.all(runs.map((run) => textOf(place, run, 'events.jsonl')));
    expect(new Set(events.map((text) => /"train\/loss": ([\d.]+)/.exec(text)?.[1])).size).toBe(5);
  });

  it('draws the same curves each time', async () => {
    const losses = async (name: string) => {
      const place = await takeSteps(name, { steps: 5, total: 5 });
      const [run = ''] = await readdir(place);
      return (await textOf(place, run, 'events.jsonl')).match(/"train\/loss": [\d.]+/g);
    };
    expect(await losses('once')).toEqual(await losses('again'));
  });
});

interface Run {
  readonly id: string;
  readonly status: string;
  readonly pid: number;
}

async function get<Answer>(url: string): Promise<Answer> {
  const answer: Answer = JSON.parse(await (await fetch(url)).text());
  return answer;
}

/** The run of a served demo that is running, as soon as there is one. */
async function liveRun(server: RunlensProcess): Promise<Run & { readonly url: string }> {
  const runs = `${await server.listening()}/api/runs`;
  const running = async () => (await get<Run[]>(runs)).find(({ status }) => status === 'running');
  await expect.poll(running, { timeout: 20_000 }).toBeDefined();
  const { id = '' } = (await running()) ?? {};
  return { ...(await get<Run>(`${runs}/${id}`)), url: `${runs}/${id}` };
}

const isGone = async (pid: number) => !(await processLives(pid, null));

describe('a served demo', () => {
  it('has a run in a process of its own whose metrics grow, and takes both away with it', async () => {
    const server = await runlens(['--port', '0', '--log-level', 'warn']);
    const { url, pid } = await liveRun(server);
    const rows = async () => (await get<{ rows: unknown[] }>(`${url}/metrics_step`)).rows.length;
    const before = await rows();
    await expect.poll(rows, { timeout: 20_000 }).toBeGreaterThan(before);
    expect(await isGone(pid)).toBe(false);
    // It cannot end by itself then.
    process.kill(pid, 'SIGSTOP');
    server.signal('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await isGone(pid)).toBe(true);
    expect(await readdir(server.temporaryDirectory)).toEqual([]);
  });

  it('takes the process of its live run with it even when it is killed', async () => {
    const server = await runlens(['--port', '0']);
    const { pid } = await liveRun(server);
    server.signal('SIGKILL');
    await server.ended;
    await expect.poll(() => isGone(pid), { timeout: 20_000 }).toBe(true);
  });
});
