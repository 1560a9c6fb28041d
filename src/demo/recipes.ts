import { approach, explode, type Noise, schedule } from './curves.ts';

export type Metrics = Record<string, number | string | boolean>;
type Curves = (step: number, noise: Noise) => Metrics;

/** What makes one demo run. */
export interface Recipe {
  readonly path: string;
  readonly run: { alias?: string; status: 'finished' | 'failed'; hoursAgo: number; legacy?: true };
  readonly config: Metrics;
  /** First and last step of each session: a resumed run has two, which overlap. */
  readonly sessions: readonly (readonly [first: number, last: number])[];
  readonly curves: Curves;
  /** Logged in events of its own. */
  readonly validation?: { every: number; curves: Curves };
  /** The metric whose highest value counts. */
  readonly best?: string;
  /** The steps of an epoch, over which the log draws a progress bar. */
  readonly epoch?: number;
  readonly logLine: (step: number, metrics: Metrics) => string;
  /** What the log ends with. */
  readonly lastWords: string;
}

const [RED, GREEN, PLAIN] = ['\u001B[31m', '\u001B[32m', '\u001B[0m'];
const short = (value: Metrics[string] | undefined) => Number(value).toFixed(3);

/** A progress bar in the manner of tqdm: drawn over the one of the step before, with a line end when the epoch is over. */
export function progressBar(step: number, epoch: number): string {
  const done = ((step - 1) % epoch) + 1;
  const percent = Math.floor((100 * done) / epoch);
  const bar = `${GREEN}${'#'.repeat(percent / 10).padEnd(10)}${PLAIN}`;
  return `\r${String(percent).padStart(3)}%|${bar}| ${done}/${epoch}${done === epoch ? '\n' : ''}`;
}

const BASELINE: Recipe = {
  path: 'vision/cifar10/resnet18',
  run: { alias: 'baseline', status: 'finished', hoursAgo: 3 },
  config: { optimizer: 'sgd', lr: 0.1, batch_size: 128, weight_decay: 0.0005, epochs: 30 },
  sessions: [[1, 6000]],
  curves: (step, noise) => ({
    'train/loss': approach(step, 2.3, 0.05, 1100) * (1 + noise(0.1)),
    lr: schedule(step, 0.1, 300, 6000),
    grad_norm: approach(step, 3, 0.8, 1500) * (1 + noise(0.4)) + (step === 3777 ? 40 : 0),
    stage: step <= 300 ? 'warmup' : 'train',
  }),
  validation: {
    every: 200,
    curves: (step, noise) => ({
      'val/loss': approach(step, 2.3, 0.21, 1200) + noise(0.03),
      'val/accuracy': approach(step, 0.1, 0.94, 1100) + noise(0.006),
      stage: 'eval',
    }),
  },
  best: 'val/accuracy',
  logLine: (step, metrics) => `${GREEN}step ${step}${PLAIN} loss ${short(metrics['train/loss'])}`,
  lastWords: '  0%|          | 0/50\r 50%|#####     | 25/50\r100%|##########| 50/50 [00:04<00:00, 11.8it/s]',
};

/** The baseline trained again, as if somebody wanted to see whether it reproduces. */
export const LIVE: Recipe = { ...BASELINE, run: { alias: 'live', status: 'finished', hoursAgo: 0 }, epoch: 40 };

export const RECIPES: readonly Recipe[] = [
  BASELINE,
  {
    path: 'nlp/llama/sft',
    run: { alias: 'diverged', status: 'failed', hoursAgo: 20 },
    config: { optimizer: 'adamw', lr: 0.003, sequence_length: 4096, dataset: '中文指令' },
    sessions: [[1, 1200]],
    curves: (step, noise) => ({
      loss: explode(step, approach(step, 3.3, 0.4, 350) + noise(0.08)),
      tokens: step * 524_288,
      tokens_per_second: 42_500 + noise(600),
    }),
    logLine: (step, { loss }) => `步骤 ${step}: 损失 ${short(loss)}`,
    lastWords: `${RED}损失不再是数字，训练停止${PLAIN}`,
  },
  {
    path: 'nlp/gpt2/pretrain',
    run: { alias: '200k steps', status: 'finished', hoursAgo: 72 },
    config: { optimizer: 'adamw', lr: 0.0006, batch_size: 480, layers: 12, heads: 12, width: 768 },
    sessions: [[1, 200_000]],
    curves: (step, noise) => ({
      'train/loss': approach(step, 6, 3, 22_000) + approach(step, 5, 0, 900) + noise(0.06),
      lr: schedule(step, 0.0006, 2000, 200_000),
      grad_norm: approach(step, 2.4, 0.4, 3000) + noise(0.1) + (step % 41_234 === 0 ? 9 : 0),
    }),
    logLine: (step, metrics) => `iter ${step}: loss ${short(metrics['train/loss'])}`,
    lastWords: 'saved out/final.pt',
  },
  {
    path: 'rl/ppo',
    run: { alias: 'resumed', status: 'finished', hoursAgo: 30 },
    config: { env: 'CartPole-v1', gamma: 0.99, clip: 0.2, lr: 0.0003 },
    sessions: [
      [0, 1800],
      [1201, 4000],
    ],
    curves: (step, noise) => ({
      reward: approach(step, 18, 480, 1300) + noise(approach(step, 20, 50, 2000)),
      explore: step < 800,
      policy: 'ppo',
    }),
    best: 'reward',
    logLine: (step, { reward }) => `update ${step} reward ${short(reward)}`,
    lastWords: 'solved',
  },
  {
    path: 'audio/wav2vec',
    run: { status: 'failed', hoursAgo: 24 * 40, legacy: true },
    config: { lr: 0.00003, batch_size: 96, freeze_encoder: true },
    sessions: [[1, 137]],
    curves: (step, noise) => ({ loss: approach(step, 6.5, 2.9, 90) + noise(0.4), lr: schedule(step, 3e-5, 250, 2500) }),
    logLine: (step, { loss }) => `step ${step} loss ${short(loss)}`,
    lastWords: `${RED}Traceback (most recent call last):${PLAIN}
  File "train.py", line 148, in main
    scaler.scale(loss).backward()
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.25 GiB.`,
  },
];
