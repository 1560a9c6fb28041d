/** Trainings that are to be compared: a baseline, a sweep, and the one that goes on while somebody looks. */
import { yellow } from '../console-text.ts';
import { approach, type Noise } from '../curves.ts';
import type { Metrics, Recipe } from '../recipe.ts';
import { resnet } from './resnet.ts';

export const BASELINE = resnet({
  path: 'vision/cifar10/resnet18',
  run: { alias: 'baseline', tags: ['cifar10', '基线'], status: 'finished', hoursAgo: 28 },
  hyperparameters: { optimizer: 'sgd', lr: 0.1, batch_size: 250, weight_decay: 0.0005, epochs: 30 },
  loss: 0.05,
  accuracy: 0.94,
  pace: 3.5,
  trouble: (step, metrics) => (step === 3777 ? { ...metrics, grad_norm: 43.6 } : metrics),
  remarks: { 3777: `${yellow('WARNING')} gradient norm 43.600, clipped to 5` },
});

const [OVERFLOW, RECOVERY] = [812, 824];

/** Half precision overflows for some steps, and it takes a while until all is as it was; then and now a loss leaps up. */
function unstable(step: number, metrics: Metrics, noise: Noise): Metrics {
  if (step >= OVERFLOW && step < RECOVERY) {
    const gradient = step === OVERFLOW ? Number.POSITIVE_INFINITY : Number.NaN;
    return { ...metrics, 'train/loss': Number.NaN, grad_norm: gradient };
  }
  const shock = step < RECOVERY ? 0 : approach(step - RECOVERY, 1.4, 0, 90);
  const leap = noise(1) > 1.15 ? 1.8 : 0;
  const factor = 1 + noise(0.3) + shock + leap;
  const [loss, gradient] = [Number(metrics['train/loss']), Number(metrics.grad_norm)];
  return { ...metrics, 'train/loss': loss * factor, grad_norm: gradient * (1 + 4 * shock + 3 * leap) };
}

const SGD = { optimizer: 'sgd', batch_size: 1000, weight_decay: 0.0005, epochs: 50 };
const ADAMW = { optimizer: 'adamw', batch_size: 500, weight_decay: 0.05, epochs: 50 };

function inSweep(alias: string, hoursAgo: number, tags: readonly string[] = []): Pick<Recipe, 'path' | 'run'> {
  return {
    path: 'vision/cifar10/sweep',
    run: { alias, tags: ['cifar10', 'sweep', ...tags], status: 'finished', hoursAgo },
  };
}

/** One is clearly the best, one learns by heart, one is unstable. */
export const CIFAR10_SWEEP: readonly Recipe[] = [
  resnet({
    ...inSweep('sgd-0.1', 9),
    hyperparameters: { ...SGD, lr: 0.1 },
    loss: 0.12,
    accuracy: 0.924,
    pace: 6,
  }),
  resnet({
    ...inSweep('sgd-0.4', 8),
    hyperparameters: { ...SGD, lr: 0.4 },
    loss: 0.06,
    accuracy: 0.941,
    pace: 4,
  }),
  resnet({
    ...inSweep('sgd-3.2', 7, ['unstable']),
    hyperparameters: { ...SGD, lr: 3.2 },
    loss: 0.52,
    accuracy: 0.836,
    pace: 9,
    trouble: unstable,
    remarks: {
      [OVERFLOW]: `${yellow('WARNING')} gradient overflow: step left out, loss scale 65536 -> 16`,
      [RECOVERY]: `${yellow('WARNING')} gradients are finite again after ${RECOVERY - OVERFLOW} steps`,
    },
  }),
  resnet({
    ...inSweep('adamw-0.001', 6),
    hyperparameters: { ...ADAMW, lr: 0.001 },
    loss: 0.004,
    accuracy: 0.913,
    pace: 4,
    overfitting: 0.35,
  }),
  resnet({
    ...inSweep('adamw-0.003', 4),
    hyperparameters: { ...ADAMW, lr: 0.003 },
    loss: 0.03,
    accuracy: 0.935,
    pace: 4.5,
  }),
  resnet({
    ...inSweep('muon-0.02', 2, ['best']),
    hyperparameters: { ...SGD, optimizer: 'muon', lr: 0.02 },
    loss: 0.02,
    accuracy: 0.958,
    pace: 2,
  }),
];

/** Trains while somebody looks: 2400 steps that can be laid over those of the sweep. */
export const LIVE = resnet({
  path: BASELINE.path,
  run: { alias: 'live', tags: ['cifar10', 'live'], status: 'finished', hoursAgo: 0 },
  hyperparameters: { ...SGD, lr: 0.2, epochs: 48 },
  loss: 0.08,
  accuracy: 0.947,
  pace: 4,
});
