import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START } from '../support/storage.ts';
import { findTool } from '../support/tools.ts';

const python = findTool('Python with requests', ['python3', '/usr/bin/python3'], ['-c', 'import requests']);
const script = fileURLToPath(new URL('legacy_client.py', import.meta.url));

const STEPS = 100_000;
const RUN = 'long_training_run';

function metricsAt(step: number): object {
  const metrics = { loss: step === 1 ? Number.NaN : 2 / step, accuracy: step === 77_777 ? 0.99 : step / 200_000 };
  return step % 2 === 0 ? { ...metrics, learning_rate: 0.001 } : metrics;
}

/** What the client printed: the line of the documented example, and then facts by name. */
async function printedBy(command: string): Promise<{ example: string; facts: ReadonlyMap<string, unknown> }> {
  await using storage = await makeStorage();
  const events = Array.from({ length: STEPS }, (_, i) => metricsEvent(i + 1, metricsAt(i + 1), START + i / 4));
  await storage.addRun(RUN, { path: 'vision/resnet', events });
  await using gateway = await startTestGateway(storage);
  const env = { ...process.env, NO_PROXY: '127.0.0.1', PYTHONIOENCODING: 'utf-8' };
  const { stdout } = await promisify(execFile)(command, [script, gateway.url, RUN], { env });
  const [example, ...lines] = stdout.trimEnd().split('\n');
  return {
    example,
    facts: new Map(lines.map((line) => [line.split(' ', 1)[0], JSON.parse(line.slice(line.indexOf('{')))])),
  };
}

describe.skipIf(python === undefined)('a Python client of the REST interface', () => {
  let printed: Awaited<ReturnType<typeof printedBy>>;
  beforeAll(async () => {
    printed = await printedBy(python ?? '');
  });

  it('prints what the documented example of downsampling says', () => {
    expect(printed.example).toBe('总数据点: 100000, 采样后: 2000');
  });

  it('gets metrics by time, downsampled, with a spike in one of them', () => {
    expect(printed.facts.get('metrics')).toEqual({
      columns: ['time', 'loss', 'accuracy', 'learning_rate'],
      total: STEPS,
      sampled: 2000,
      rows: 2000,
      first: { time: 0, loss: null, accuracy: 0.000005, learning_rate: null },
      last: { time: 24999.75, loss: 0.00002, accuracy: 0.5, learning_rate: 0.001 },
      highest: 0.99,
      rates: [0.001, 0.001],
      headers: { 'X-Row-Count': '2000', 'X-Total-Count': '100000', 'X-Last-Step': '100000' },
    });
  });

  it('gets metrics by step, all of them', () => {
    expect(printed.facts.get('metrics_step')).toEqual({
      columns: ['global_step', 'loss', 'accuracy', 'time', 'learning_rate'],
      total: STEPS,
      sampled: STEPS,
      rows: STEPS,
      first: { global_step: 1, loss: null, accuracy: 0.000005, learning_rate: null, time: START },
      last: { global_step: STEPS, loss: 0.00002, accuracy: 0.5, learning_rate: 0.001, time: START + 24999.75 },
      highest: 0.99,
      rates: [0.001, 0.001],
      headers: { 'X-Row-Count': '100000', 'X-Total-Count': '100000', 'X-Last-Step': '100000' },
    });
  });

  it('gets the cache statistics', () => {
    expect(printed.facts.get('stats')).toEqual({
      size: 1,
      max_size: 100,
      hits: 2,
      misses: 1,
      incremental_updates: 0,
      hit_rate: 2 / 3,
      incremental_rate: 0,
    });
  });

  it('gets health, the runs, one run and the headers alone', () => {
    expect(printed.facts.get('health')).toEqual({ status: 'ok' });
    expect(printed.facts.get('runs')).toEqual({ ids: [RUN] });
    expect(printed.facts.get('run')).toEqual({ path: 'vision/resnet' });
    expect(printed.facts.get('head')).toEqual({ status: 200 });
  });

  it('is told what was wrong with a request', () => {
    expect(printed.facts.get('unknown')).toEqual({ status: 404, body: { detail: 'Run not found' } });
    const detail = [{ loc: ['query', 'downsample'], msg: expect.any(String), type: expect.any(String) }];
    expect(printed.facts.get('refused')).toEqual({ status: 422, body: { detail } });
  });
});
