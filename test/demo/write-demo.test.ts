import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDemoStorage } from '../../src/demo/write-demo.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

/** A run below the directory, with what its meta.json says. */
interface Run {
  readonly directory: string;
  readonly meta: Readonly<Record<string, unknown>>;
}

const runs: Run[] = [];
beforeAll(async () => {
  await writeDemoStorage(directory());
  const files = readdirSync(directory(), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => basename(name) === 'meta.json')) {
    const place = join(directory(), dirname(file));
    runs.push({ directory: place, meta: JSON.parse(readFileSync(join(place, 'meta.json'), 'utf8')) });
  }
});

/** Its alias, or its folder where it has none. */
const nameOf = ({ meta }: Run) => String(meta.alias ?? meta.path ?? meta.name);

function runOf(name: string): Run {
  const [run, ...others] = runs.filter((candidate) => nameOf(candidate) === name);
  if (run === undefined || others.length > 0) throw new Error(`${others.length} runs more than ${name}`);
  return run;
}

const textOf = (name: string, file: string) => readFileSync(join(runOf(name).directory, file), 'utf8');
const jsonOf = (name: string, file: string): Record<string, unknown> => JSON.parse(textOf(name, file));

interface Event {
  readonly ts: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly global_step: number; readonly time: number };
}

const LINE = /^\{"ts": \d+(\.\d+)?, "type": "metrics", "data": \{("[^"]+": [^,]+, )+"time": \d+(\.\d+)?\}\}$/;

const known = new Map<string, readonly Event[]>();

/** The events of a run, read once, where NaN is the text "NaN" and Infinity the text "Infinity". */
function eventsOf(name: string): readonly Event[] {
  const events = known.get(name) ?? readEvents(textOf(name, 'events.jsonl'));
  known.set(name, events);
  return events;
}

function readEvents(text: string): readonly Event[] {
  const lines = text.split('\n').slice(0, -1);
  expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
  return lines.map((line) => JSON.parse(line.replaceAll(/: (NaN|Infinity)/g, ': "$1"')));
}

const stepsOf = (events: readonly Event[]) => events.map(({ data }) => data.global_step);
const valuesOf = (name: string, metric: string) => eventsOf(name).flatMap(({ data }) => data[metric] ?? []);

/** Where a value becomes another one, and which. */
function changesOf(name: string, metric: string): readonly (readonly [step: number, value: unknown])[] {
  const logged = eventsOf(name).filter(({ data }) => metric in data);
  const changes = logged.filter(({ data }, i) => data[metric] !== logged[i - 1]?.data[metric]);
  return changes.map(({ data }) => [data.global_step, data[metric]]);
}

const SWEEP = ['adamw-0.001', 'adamw-0.003', 'muon-0.02', 'sgd-0.1', 'sgd-0.4', 'sgd-3.2'];
const ENDED_EARLY = new Map([
  ['diverged', 'failed'],
  ['wav2vec', 'failed'],
  ['nlp/llama/dpo', 'failed'],
  ['120 metrics', 'interrupted'],
  ['patches of 8', 'interrupted'],
]);

describe('the demo storage', () => {
  it('holds a run of several projects in the current layout, and one in the legacy layout', () => {
    expect(readdirSync(directory()).toSorted()).toEqual(['audio', 'runs']);
    expect(readdirSync(join(directory(), 'runs')).toSorted()).toEqual(['nlp', 'rl', 'tabular', 'vision']);
    expect(runOf('200k steps').meta).toMatchObject({ path: 'nlp/gpt2/pretrain', tags: ['pretrain'] });
    expect(runOf('patches of 8').meta).toMatchObject({ path: 'vision/imagenet/vit/ablations/patch-8' });
    expect(runOf('wav2vec').meta).toMatchObject({ project: 'audio', name: 'wav2vec' });
    expect(runOf('tabular/churn').meta).not.toHaveProperty('alias');
  });

  it('holds runs of the past, each at its place, with hyperparameters', () => {
    expect(runs).toHaveLength(15);
    expect(new Set(runs.map(({ meta }) => meta.id)).size).toBe(15);
    for (const run of runs) {
      const name = nameOf(run);
      const { directory: place, meta } = run;
      const { status, started_at: startedAt, ended_at: endedAt } = jsonOf(name, 'status.json');
      expect(basename(place)).toBe(meta.id);
      expect(meta.id).toMatch(/^\d{8}_\d{6}_[0-9a-f]{6}$/);
      expect([name, status]).toEqual([name, ENDED_EARLY.get(name) ?? 'finished']);
      expect(startedAt).toBe(meta.created_at);
      expect(endedAt).toBeGreaterThan(Number(startedAt));
      expect(endedAt).toBeLessThan(Date.now() / 1000);
      expect(Object.keys(Object(jsonOf(name, 'assets.json').config)).length).toBeGreaterThan(2);
    }
  });

  it('is told of, run by run, in docs/demo.md', () => {
    const page = readFileSync(new URL('../../docs/demo.md', import.meta.url), 'utf8');
    expect(runs.map(nameOf).filter((name) => !page.includes(name))).toEqual([]);
    expect(runs.map(({ meta }) => String(meta.path ?? meta.name)).filter((path) => !page.includes(path))).toEqual([]);
  });

  it('gives every event a later time than the one before, and the run the end of its last one', () => {
    for (const name of runs.map(nameOf)) {
      const times = eventsOf(name).map(({ ts }) => ts);
      expect(times.filter((time, i) => i > 0 && time <= times[i - 1])).toEqual([]);
      const { ended_at: endedAt } = jsonOf(name, 'status.json');
      expect(times.at(-1) ?? endedAt).toBe(endedAt);
    }
  });

  it('has a run whose loss overflows to Infinity, then is NaN, with a Chinese log', () => {
    const losses = valuesOf('diverged', 'loss');
    const [infinity, nan] = [losses.indexOf('Infinity'), losses.indexOf('NaN')];
    expect(losses.slice(0, infinity).every((loss) => typeof loss === 'number' && loss > 0)).toBe(true);
    expect(new Set(losses.slice(infinity, nan))).toEqual(new Set(['Infinity']));
    expect(new Set(losses.slice(nan))).toEqual(new Set(['NaN']));
    expect(textOf('diverged', 'logs.txt')).toMatch(/步骤 1000: 损失 0\.\d+\n/);
  });

  it('has a run that failed early, with a Python traceback at the end of its log', () => {
    expect(eventsOf('wav2vec').length).toBeLessThan(200);
    expect(textOf('wav2vec', 'logs.txt')).toMatch(
      /Traceback \(most recent call last\)[\s\S]+\n.*OutOfMemoryError: .*\n$/,
    );
  });

  it('has a run that failed before its first step, and one that printed nothing', () => {
    expect(textOf('nlp/llama/dpo', 'events.jsonl')).toBe('');
    expect(textOf('nlp/llama/dpo', 'logs.txt')).toMatch(/Traceback[\s\S]+FileNotFoundError: .*\n$/);
    expect(textOf('tabular/churn', 'logs.txt')).toBe('');
    expect(eventsOf('tabular/churn')).toHaveLength(500);
  });

  it('has a resumed run, which logs steps of before the break again, with other values', () => {
    const events = eventsOf('resumed');
    const steps = stepsOf(events);
    const resumption = steps.findIndex((step, i) => i > 0 && step < steps[i - 1]);
    expect(steps.slice(resumption - 1, resumption + 1)).toEqual([1800, 1201]);
    expect(steps.at(-1)).toBe(4000);
    const rewards = events.filter(({ data }) => data.global_step === 1500).map(({ data }) => data.reward);
    expect(new Set(rewards).size).toBe(2);
  });

  it('has a run with validation metrics every 200 steps, in events of their own', () => {
    const validations = eventsOf('baseline').filter(({ data }) => 'val/loss' in data);
    expect(stepsOf(validations)).toEqual(Array.from({ length: 30 }, (_, i) => 200 * (i + 1)));
    expect(validations.every(({ data }) => 'val/accuracy' in data && !('train/loss' in data))).toBe(true);
  });

  it('has a run with a spike of a single step, which its log tells of', () => {
    const norms = valuesOf('baseline', 'grad_norm').map(Number);
    expect(norms.indexOf(Math.max(...norms))).toBe(3776);
    expect(norms.filter((norm) => norm > 6)).toEqual([43.6]);
    expect(textOf('baseline', 'logs.txt')).toContain('] \u001B[33mWARNING\u001B[0m gradient norm 43.600');
  });

  it('has stages that last, and epochs that grow with the steps', () => {
    expect(changesOf('muon-0.02', 'stage')).toEqual([
      [1, 'warmup'],
      [201, 'train'],
      [2201, 'cooldown'],
    ]);
    expect(changesOf('patches of 8', 'stage').map(([, stage]) => stage)).toEqual([
      'warmup',
      'train',
      'eval',
      'train',
      'eval',
      'train',
      'eval',
      'train',
      'eval',
      'train',
      'eval',
      'train',
    ]);
    const epochs = eventsOf('adamw-0.001').map(({ data }) => [data.epoch, data.global_step / 100]);
    expect(epochs.filter(([epoch, expected]) => epoch !== expected)).toEqual([]);
  });

  it('has a run that logs 120 metrics in groups', () => {
    const { stage: _, epoch: __, global_step: ___, time: ____, ...metrics } = eventsOf('120 metrics')[0]?.data ?? {};
    expect(Object.keys(metrics)).toHaveLength(120);
    const groups = new Set(Object.keys(metrics).map((name) => name.split('/')[0]));
    expect(groups).toEqual(new Set(['train', 'optim', 'layers', 'gpu', 'data']));
  });

  it('names the best value of a primary metric in the summary, the highest or the lowest', () => {
    const best = (name: string, metric: string, choose: (...values: number[]) => number) => {
      const value = choose(...valuesOf(name, metric).map(Number));
      return {
        best_metric_name: metric,
        best_metric_value: value,
        best_metric_step: eventsOf(name).find(({ data }) => data[metric] === value)?.data.global_step,
        best_metric_mode: choose === Math.max ? 'max' : 'min',
      };
    };
    expect(jsonOf('baseline', 'summary.json')).toEqual({
      ...best('baseline', 'val/accuracy', Math.max),
      final_accuracy: valuesOf('baseline', 'val/accuracy').at(-1),
      final_loss: valuesOf('baseline', 'val/loss').at(-1),
      minutes: expect.closeTo((6030 * 0.9) / 60, 0),
    });
    expect(jsonOf('tabular/churn', 'summary.json')).toMatchObject(best('tabular/churn', 'valid/logloss', Math.min));
  });

  it('has a run of 200 000 steps, whose log has thousands of lines', () => {
    const steps = stepsOf(eventsOf('200k steps').filter(({ data }) => 'train/loss' in data));
    expect(steps).toHaveLength(200_000);
    expect(steps.every((step, i) => step === i + 1)).toBe(true);
    expect(textOf('200k steps', 'logs.txt').split('\n').length).toBeGreaterThan(4000);
  });

  it('has a log with colours and a progress bar that redraws itself', () => {
    const log = textOf('baseline', 'logs.txt');
    expect(log).toContain('] \u001B[32mepoch 1\u001B[0m loss ');
    expect(log).toContain('| 177/200 [02:39<00:20, 1.11it/s]\r\u001B[K[');
    expect(log).toMatch(/\rEpoch 30\/30: {2}99%\|.*█ .*\| 199\/200 .*\rEpoch 30\/30: 100%\|.*█.*\| 200\/200 .*\n/);
  });

  it('draws the same curves each time', () => {
    expect(eventsOf('baseline')[0]?.data['train/loss']).toBeCloseTo(2.1992535726480447, 9);
    expect(eventsOf('diverged')[1149]?.data.loss).toBeCloseTo(733.5980842804729, 9);
    expect(eventsOf('200k steps').at(-2)?.data['train/loss']).toBeCloseTo(2.979970616001877, 9);
  });
});

describe('the sweep of the demo storage', () => {
  const configOf = (name: string) => Object(jsonOf(name, 'assets.json').config);

  it('is of runs in one folder that log the same metrics, by which the live run can be compared with them', () => {
    const swept = runs.filter(({ meta }) => meta.path === 'vision/cifar10/sweep').map(({ meta }) => meta.alias);
    expect(new Set(swept)).toEqual(new Set(SWEEP));
    expect(swept).toHaveLength(SWEEP.length);
    const metrics = SWEEP.map((name) => new Set(eventsOf(name).flatMap(({ data }) => Object.keys(data))));
    for (const others of metrics) expect(others).toEqual(metrics[0]);
    expect(metrics[0]).toEqual(new Set(eventsOf('baseline').flatMap(({ data }) => Object.keys(data))));
  });

  it('differs in some hyperparameters, and has others in common', () => {
    const names = Object.keys(configOf('muon-0.02'));
    const differing = names.filter((name) => new Set(SWEEP.map((run) => configOf(run)[name])).size > 1);
    expect(differing).toEqual(['optimizer', 'batch_size', 'weight_decay', 'lr']);
    expect(names).toEqual(expect.arrayContaining(['model', 'dataset', 'epochs', 'seed']));
  });

  it('has a run that is clearly the best', () => {
    const accuracies = SWEEP.map((name) => Number(jsonOf(name, 'summary.json').best_metric_value));
    const [best, second] = accuracies.toSorted((a, b) => b - a);
    expect(best).toBe(accuracies[SWEEP.indexOf('muon-0.02')]);
    expect(best - second).toBeGreaterThan(0.01);
  });

  it('has a run that overflows in the middle and recovers, while no other does', () => {
    const isOdd = (value: unknown) => typeof value === 'string';
    const losses = valuesOf('sgd-3.2', 'train/loss');
    expect(losses.flatMap((loss, i) => (isOdd(loss) ? [i + 1] : []))).toEqual(
      Array.from({ length: 12 }, (_, i) => 812 + i),
    );
    expect(valuesOf('sgd-3.2', 'grad_norm')[811]).toBe('Infinity');
    expect(Number(losses.at(-1))).toBeLessThan(1);
    expect(SWEEP.filter((name) => valuesOf(name, 'train/loss').some(isOdd))).toEqual(['sgd-3.2']);
  });
});
