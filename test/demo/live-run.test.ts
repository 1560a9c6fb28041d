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

/** Trains runs of so many steps below a directory until so many steps were taken. @returns where the runs are */
async function takeSteps(name: string, steps: number, total: number, afterStep = async (_place: string) => {}) {
  const root = join(directory(), name);
  const enough = new Error('enough');
  let taken = 0;
  const pause = async () => {
    await afterStep(join(root, PATH));
    taken += 1;
    if (taken === total) throw enough;
  };
  await expect(trainForever(root, steps, pause)).rejects.toBe(enough);
  return join(root, PATH);
}

const textOf = (place: string, run: string, file: string) => readFile(join(place, run, file), 'utf8');
const jsonOf = async (...file: [string, string, string]): Promise<unknown> => JSON.parse(await textOf(...file));

const isEnded = (status: unknown) => Object.hasOwn(Object(status), 'ended_at');

/** What a file of the one run below a directory holds after each of 60 steps. */
async function growthOf(file: string): Promise<readonly string[]> {
  const contents: string[] = [];
  await takeSteps(`growth of ${file}`, 200, 60, async (place) => {
    const [run = ''] = await readdir(place);
    contents.push(await textOf(place, run, file));
  });
  return contents;
}

describe('a live run', () => {
  it('is running, by this process on this host, until its steps are done; then it has an end and a best value', async () => {
    const place = await takeSteps('turnover', 200, 201);
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
    expect(await jsonOf(place, finished, 'assets.json')).toMatchObject({ config: { lr: 0.1 } });
    const files = ['assets.json', 'events.jsonl', 'logs.txt', 'meta.json', 'status.json', 'summary.json'];
    expect((await readdir(join(place, finished))).toSorted()).toEqual(files);
  });

  it('appends one whole line of events a step', async () => {
    const growth = await growthOf('events.jsonl');
    expect(growth.map((text) => text.split('\n').length - 1)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(growth.every((text, i) => text.endsWith('}}\n') && text.startsWith(growth[i - 1] ?? ''))).toBe(true);
  });

  it('draws its progress bar over the one before, with a line end at the end of an epoch, and says how it goes', async () => {
    const growth = await growthOf('logs.txt');
    const bar = (cells: string, rest: string) => `|\u001B[32m${cells.padEnd(10)}\u001B[0m| ${rest}`;
    expect(growth.findIndex((text) => text.includes('\n'))).toBe(39);
    expect(growth[19]).toMatch(/^\r {2}2%\|[^\n]*20\/40$/);
    expect(growth[19]?.endsWith(`\r 47%${bar('####', '19/40')}\r 50%${bar('#####', '20/40')}`)).toBe(true);
    const [epoch, line, next] = growth[40]?.split('\n') ?? [];
    expect(epoch?.endsWith(`\r100%${bar('##########', '40/40')}`)).toBe(true);
    expect(line).toContain('] \u001B[32mstep 40\u001B[0m loss ');
    expect(next).toBe(`\r  2%${bar('', '1/40')}`);
  });

  it('is followed by another with the same curves but other noise; the last five are kept', async () => {
    const place = await takeSteps('kept', 3, 7 * 3 + 1);
    const runs = await readdir(place);
    const statuses = await Promise.all(runs.map((run) => jsonOf(place, run, 'status.json')));
    expect(statuses).toHaveLength(5);
    expect(statuses.filter(isEnded)).toHaveLength(4);
    const events = await Promise.all(runs.map((run) => textOf(place, run, 'events.jsonl')));
    expect(new Set(events.map((text) => /"train\/loss": ([\d.]+)/.exec(text)?.[1])).size).toBe(5);
  });

  it('draws the same curves each time', async () => {
    const losses = async (name: string) => {
      const place = await takeSteps(name, 5, 5);
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
    const server = await runlens(['--port', '0']);
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
