/** What else is trained: a game, speech, images with stretches of evaluation, a table. */
import { bold, cyan, green, red, short, yellow } from '../console-text.ts';
import { approach, type Noise, schedule } from '../curves.ts';
import type { Metrics, Recipe } from '../recipe.ts';

export const RESUMED: Recipe = {
  path: 'rl/ppo',
  run: { alias: 'resumed', tags: ['rl'], status: 'finished', hoursAgo: 30 },
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
  best: { name: 'reward', mode: 'max' },
  output: {
    progress: { every: 50, line: (step, { reward }) => `update ${step} reward ${short(reward)}` },
    lastWords: 'solved',
  },
};

export const LEGACY: Recipe = {
  path: 'audio/wav2vec',
  run: { status: 'failed', hoursAgo: 24 * 40, legacy: true },
  config: { lr: 0.00003, batch_size: 96, freeze_encoder: true },
  sessions: [[1, 137]],
  curves: (step, noise) => ({ loss: approach(step, 6.5, 2.9, 90) + noise(0.4), lr: schedule(step, 3e-5, 250, 2500) }),
  output: {
    progress: { every: 50, line: (step, { loss }) => `step ${step} loss ${short(loss)}` },
    lastWords: `${red('Traceback (most recent call last):')}
  File "train.py", line 148, in main
    scaler.scale(loss).backward()
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.25 GiB.`,
  },
};

const STEPS_OF_AN_EPOCH = 1250;
const WARMUP = 500;
/** Of every 600 steps the last 80 evaluate. */
const [CYCLE, TRAINED] = [600, 520];

function trainOrEvaluate(step: number, noise: Noise): Metrics {
  const epoch = step / STEPS_OF_AN_EPOCH;
  if ((step - 1) % CYCLE < TRAINED) {
    const stage = step <= WARMUP ? 'warmup' : 'train';
    const loss = approach(step, 6.9, 2.4, 1100) * (1 + noise(0.05));
    return { 'train/loss': loss, lr: schedule(step, 0.001, WARMUP, 12_500), epoch, stage };
  }
  const top1 = approach(step, 0, 0.71, 1600) + noise(0.03);
  return { 'eval/loss': approach(step, 6.9, 2.1, 1200) + noise(0.2), 'eval/top1': top1, epoch, stage: 'eval' };
}

export const EVALUATED: Recipe = {
  path: 'vision/imagenet/vit/ablations/patch-8',
  run: { alias: 'patches of 8', tags: ['ablation', 'vit'], status: 'interrupted', hoursAgo: 12 },
  config: { model: 'vit-s/8', optimizer: 'adamw', lr: 0.001, batch_size: 1024, weight_decay: 0.05, mixup: 0.2 },
  sessions: [[1, 3337]],
  curves: trainOrEvaluate,
  best: { name: 'eval/top1', mode: 'max' },
  summary: { last_top1: 'eval/top1' },
  output: {
    opening: [bold('ViT-S/8 on ImageNet'), `${cyan('INFO')} 1,281,167 images in 2000 shards`],
    progress: {
      every: 40,
      line: (step, metrics) =>
        `step ${step} loss ${short(metrics['train/loss'])} ${green(`top1 ${short(metrics['eval/top1'] ?? 0)}`)}`,
    },
    remarks: { 2201: `${yellow('WARNING')} shard 1187: 3 images cannot be decoded, left out` },
    lastWords: `${yellow('^C')}\nKeyboardInterrupt: stopped by hand at epoch 2.67`,
  },
};

/** Prints nothing. */
export const SILENT: Recipe = {
  path: 'tabular/churn',
  run: { status: 'finished', hoursAgo: 100 },
  config: { booster: 'gbtree', eta: 0.05, max_depth: 6, rounds: 500 },
  sessions: [[0, 499]],
  curves: (step, noise) => ({
    'train/logloss': approach(step, 0.69, 0.21, 110),
    'valid/logloss': approach(step, 0.69, 0.27, 80) + (step / 500) ** 2 * 0.03 + noise(0.002),
  }),
  best: { name: 'valid/logloss', mode: 'min' },
};
