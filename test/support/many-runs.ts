import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { mapLimited } from '../../src/concurrency.ts';
import { metricsEvent, type RunContent, START, type TestStorage } from './storage.ts';

const FOLDERS = [
  'vision/cifar10/sweep',
  'vision/imagenet/vit/ablations',
  'nlp/llama/sft',
  'nlp/预训练',
  'rl/ppo',
  'audio',
];
const STATUSES = ['finished', 'finished', 'finished', 'failed', 'interrupted', 'running'] as const;
const OPTIMIZERS = ['sgd', 'adamw', 'lion'];
const SECONDS_APART = 600;
const STEPS = 24;

/** How many different metrics, summaries and hyperparameters there are. */
const VARIANTS = 96;
const SHARED = ['events.jsonl', 'summary.json', 'assets.json'];

/** One of many runs. */
export interface SmallRun {
  readonly id: string;
  readonly path: string;
  readonly status: (typeof STATUSES)[number];
  readonly tags: readonly string[];
  readonly alias: string | null;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly variant: number;
}

/** Run `index` of many, made of nothing but that number; each is ten minutes younger than the one before. */
function smallRun(index: number): SmallRun {
  return {
    id: `20240101_000000_${index.toString(16).padStart(6, '0')}`,
    path: `${FOLDERS[index % FOLDERS.length]}/${String(Math.floor(index / 100)).padStart(3, '0')}`,
    status: STATUSES[Math.floor(index / 7) % STATUSES.length],
    tags: ['many', ...(index % 2 === 0 ? ['even'] : []), ...(index % 100 === 0 ? ['百'] : [])],
    alias: index % 5 === 0 ? `run ${index}` : null,
    createdAt: START + SECONDS_APART * index,
    variant: index % VARIANTS,
  };
}

/**
 * Adds `count` runs, each with all its files but a log. Of {@link VARIANTS} runs each has metrics, summary and hyperparameters
 * of its own, and the others share these files by hard links: a test that writes to them adds a run of its own.
 * @returns the runs, the oldest first
 */
export async function manyRuns(storage: TestStorage, count: number): Promise<readonly SmallRun[]> {
  const runs = Array.from({ length: count }, (_, index) => smallRun(index));
  const originals = await mapLimited(runs.slice(0, VARIANTS), (run) =>
    storage.addRun(run.id, { ...detailsOf(run), ...resultsOf(run) }),
  );
  await mapLimited(runs.slice(VARIANTS), async (run) => {
    const directory = await storage.addRun(run.id, detailsOf(run));
    for (const file of SHARED) await link(join(originals[run.variant], file), join(directory, file));
  });
  return runs;
}

function detailsOf({ id, path, status, tags, alias, createdAt }: SmallRun): RunContent {
  const ended = status === 'running' ? {} : { ended_at: createdAt + 300 };
  return {
    path,
    // Of another host: nobody can tell that the process of a running one does not live.
    meta: { id, path, alias, tags, created_at: createdAt, hostname: 'elsewhere', pid: 1 },
    status: { status, started_at: createdAt, ...ended },
  };
}

/** A loss that falls and wavers, and an accuracy that rises to its best, which is the lower the higher the variant. */
function resultsOf({ variant }: SmallRun): RunContent {
  const best = 0.95 - variant / 1000;
  const metricsAt = (step: number) => ({
    'train/loss': 2.3 / step + 0.1 * Math.sin(step * (1 + (variant % 9))),
    'val/accuracy': best * (step / STEPS),
  });
  const summary = { best_metric_name: 'val/accuracy', best_metric_value: best, best_metric_step: STEPS };
  const config = {
    optimizer: OPTIMIZERS[variant % OPTIMIZERS.length],
    lr: 10 ** -(1 + (variant % 4)),
    batch_size: 128,
  };
  return {
    events: Array.from({ length: STEPS }, (_, i) => metricsEvent(i + 1, metricsAt(i + 1))),
    files: {
      'summary.json': { ...summary, best_metric_mode: 'max', minutes: 5 },
      'assets.json': { code: {}, config, datasets: [], pretrained: [], outputs: [] },
    },
  };
}
