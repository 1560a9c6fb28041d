import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDemoStorage } from '../../src/demo/write-demo.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
beforeAll(() => writeDemoStorage(directory()));

const PATHS = {
  validated: 'runs/vision/cifar10/resnet18',
  diverged: 'runs/nlp/llama/sft',
  long: 'runs/nlp/gpt2/pretrain',
  resumed: 'runs/rl/ppo',
  legacy: 'audio/wav2vec/runs',
};

/** A file of the one run below `path`. */
function textOf(path: string, file: string): string {
  const place = join(directory(), path);
  const [id = ''] = readdirSync(place);
  return readFileSync(join(place, id, file), 'utf8');
}

const jsonOf = (path: string, file: string): Record<string, unknown> => JSON.parse(textOf(path, file));

interface Event {
  readonly ts: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly global_step: number; readonly time: number };
}

const LINE = /^\{"ts": \d+(\.\d+)?, "type": "metrics", "data": \{("[^"]+": [^,]+, )+"time": \d+(\.\d+)?\}\}$/;

const known = new Map<string, readonly Event[]>();

/** The events of the run below `path`, read once, where NaN is the text "NaN" and Infinity the text "Infinity". */
function eventsOf(path: string): readonly Event[] {
  const events = known.get(path) ?? readEvents(path);
  known.set(path, events);
  return events;
}

function readEvents(path: string): readonly Event[] {
  const lines = textOf(path, 'events.jsonl').trimEnd().split('\n');
  expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
  return lines.map((line) => JSON.parse(line.replaceAll(/: (NaN|Infinity)/g, ': "$1"')));
}

const stepsOf = (events: readonly Event[]) => events.map(({ data }) => data.global_step);

describe('the demo storage', () => {
  it('holds a run of several projects in the current layout, and one in the legacy layout', () => {
    expect(readdirSync(directory()).toSorted()).toEqual(['audio', 'runs']);
    expect(readdirSync(join(directory(), 'runs')).toSorted()).toEqual(['nlp', 'rl', 'vision']);
    expect(jsonOf(PATHS.long, 'meta.json')).toMatchObject({ path: 'nlp/gpt2/pretrain', alias: '200k steps' });
    expect(jsonOf(PATHS.legacy, 'meta.json')).toMatchObject({ project: 'audio', name: 'wav2vec' });
  });

  it.each(Object.values(PATHS))('holds %s as a run of the past, with hyperparameters', (path) => {
    const { id, created_at: createdAt } = jsonOf(path, 'meta.json');
    const { status, started_at: startedAt, ended_at: endedAt } = jsonOf(path, 'status.json');
    expect(readdirSync(join(directory(), path))).toEqual([id]);
    expect(id).toMatch(/^\d{8}_\d{6}_[0-9a-f]{6}$/);
    expect(status).toBe([PATHS.diverged, PATHS.legacy].includes(path) ? 'failed' : 'finished');
    expect(startedAt).toBe(createdAt);
    expect(endedAt).toBeGreaterThan(Number(startedAt));
    expect(endedAt).toBeLessThan(Date.now() / 1000);
    expect(jsonOf(path, 'assets.json')).toMatchObject({ config: { lr: expect.any(Number) } });
  });

  it.each(Object.values(PATHS))('gives every event of %s a later time than the one before', (path) => {
    const times = eventsOf(path).map(({ ts }) => ts);
    expect(times.filter((time, i) => i > 0 && time <= times[i - 1])).toEqual([]);
    expect(times.at(-1)).toBe(jsonOf(path, 'status.json').ended_at);
  });

  it('has a run whose loss overflows to Infinity, then is NaN, with a Chinese log', () => {
    const losses = eventsOf(PATHS.diverged).map(({ data }) => data.loss);
    const [infinity, nan] = [losses.indexOf('Infinity'), losses.indexOf('NaN')];
    expect(losses.slice(0, infinity).every((loss) => typeof loss === 'number' && loss > 0)).toBe(true);
    expect(new Set(losses.slice(infinity, nan))).toEqual(new Set(['Infinity']));
    expect(new Set(losses.slice(nan))).toEqual(new Set(['NaN']));
    expect(textOf(PATHS.diverged, 'logs.txt')).toMatch(/步骤 1000: 损失 0\.\d+\n/);
  });

  it('has a run that failed early, with a Python traceback at the end of its log', () => {
    expect(eventsOf(PATHS.legacy).length).toBeLessThan(200);
    expect(textOf(PATHS.legacy, 'logs.txt')).toMatch(
      /Traceback \(most recent call last\)[\s\S]+\n.*OutOfMemoryError: .*\n$/,
    );
  });

  it('has a resumed run, which logs steps of before the break again, with other values', () => {
    const events = eventsOf(PATHS.resumed);
    const steps = stepsOf(events);
    const resumption = steps.findIndex((step, i) => i > 0 && step < steps[i - 1]);
    expect(steps.slice(resumption - 1, resumption + 1)).toEqual([1800, 1201]);
    expect(steps.at(-1)).toBe(4000);
    const rewards = events.filter(({ data }) => data.global_step === 1500).map(({ data }) => data.reward);
    expect(new Set(rewards).size).toBe(2);
  });

  it('has a run with validation metrics every 200 steps, in events of their own, and a text column', () => {
    const events = eventsOf(PATHS.validated);
    const validations = events.filter(({ data }) => 'val/loss' in data);
    expect(stepsOf(validations)).toEqual(Array.from({ length: 30 }, (_, i) => 200 * (i + 1)));
    expect(validations.every(({ data }) => 'val/accuracy' in data && !('train/loss' in data))).toBe(true);
    expect(new Set(events.map(({ data }) => data.stage))).toEqual(new Set(['warmup', 'train', 'eval']));
  });

  it('names the best value of a primary metric in the summary', () => {
    const accuracies = eventsOf(PATHS.validated).filter(({ data }) => 'val/accuracy' in data);
    const best = Math.max(...accuracies.map(({ data }) => Number(data['val/accuracy'])));
    expect(jsonOf(PATHS.validated, 'summary.json')).toEqual({
      best_metric_name: 'val/accuracy',
      best_metric_value: best,
      best_metric_step: accuracies.find(({ data }) => data['val/accuracy'] === best)?.data.global_step,
      best_metric_mode: 'max',
    });
  });

  it('has a run of 200 000 steps', () => {
    const steps = stepsOf(eventsOf(PATHS.long));
    expect(steps).toHaveLength(200_000);
    expect(steps.every((step, i) => step === i + 1)).toBe(true);
  });

  it('has a log with colours and a progress bar that redraws itself', () => {
    const log = textOf(PATHS.validated, 'logs.txt');
    expect(log).toContain('\u001B[32mstep 50\u001B[0m loss ');
    expect(log).toMatch(/\r 50%\|#+ +\| 25\/50\r100%\|#+\| 50\/50 .*\n$/);
  });

  it('draws the same curves each time', () => {
    expect(eventsOf(PATHS.validated)[0]?.data['train/loss']).toBeCloseTo(2.219194591049211, 9);
    expect(eventsOf(PATHS.long)[199_999]?.data['train/loss']).toBeCloseTo(2.935861217856648, 9);
  });
});
