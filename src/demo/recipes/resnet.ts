/** How a ResNet-18 trains on CIFAR-10, by its hyperparameters: what it logs, and what it prints. */
import { bold, cyan, green, short } from '../console-text.ts';
import { approach, type Noise, schedule } from '../curves.ts';
import type { Curves, Metrics, Output, Recipe } from '../recipe.ts';

const [TRAINING_IMAGES, TEST_IMAGES] = [50_000, 10_000];
/** As shares of a training. */
const [WARMUP, COOLDOWN] = [0.08, 0.12];
/** The loss of a network that knows nothing of ten classes. */
const GUESSING = 2.3;

export interface Training {
  readonly path: string;
  readonly run: Recipe['run'];
  readonly hyperparameters: { optimizer: string; lr: number; batch_size: number; weight_decay: number; epochs: number };
  /** The training loss in the end. */
  readonly loss: number;
  /** The share of test images that are known in the end. */
  readonly accuracy: number;
  /** The epoch at which a quarter of the way is left. */
  readonly pace: number;
  /** By how much the validation loss has grown in the end, because images were learned by heart. */
  readonly overfitting?: number;
  /** What else happens: gives the metrics of a step anew. */
  readonly trouble?: (step: number, metrics: Metrics, noise: Noise) => Metrics;
  readonly remarks?: Readonly<Record<number, string>>;
}

/** The steps of a training, and what they have in common whatever is measured. */
interface Course {
  readonly epoch: number;
  readonly warmup: number;
  readonly last: number;
  /** The learning rate as a share of its highest, and so how much noise it makes. */
  readonly heat: (step: number) => number;
  /** How much of the way is left: less quickly at first, then more and more slowly. */
  readonly left: (step: number) => number;
}

export function resnet(training: Training): Recipe {
  const { path, run, hyperparameters } = training;
  const course = courseOf(training);
  return {
    path,
    run,
    config: { model: 'resnet18', dataset: 'cifar10', ...hyperparameters, scheduler: 'cosine', amp: true, seed: 1 },
    sessions: [[1, course.last]],
    curves: trainingCurves(training, course),
    validation: { every: course.epoch, curves: validationCurves(training, course) },
    best: { name: 'val/accuracy', mode: 'max' },
    summary: { final_accuracy: 'val/accuracy', final_loss: 'val/loss' },
    output: outputOf(training, course),
  };
}

function courseOf({ hyperparameters, pace }: Training): Course {
  const epoch = TRAINING_IMAGES / hyperparameters.batch_size;
  const last = hyperparameters.epochs * epoch;
  const warmup = Math.ceil(WARMUP * last);
  return {
    epoch,
    warmup,
    last,
    heat: (step) => schedule(step, 1, warmup, last),
    left: (step) => (1 + step / epoch / pace) ** -2,
  };
}

function trainingCurves(training: Training, { epoch, warmup, last, heat, left }: Course): Curves {
  const { hyperparameters, loss: end, pace, trouble = (_, metrics) => metrics } = training;
  const { lr, batch_size: batch } = hyperparameters;
  return (step, noise) => {
    const stirred = 0.3 * heat(step) * (1 - left(step));
    const loss = (end + (GUESSING - end) * left(step) + stirred) * (1 + noise(0.12));
    const metrics = {
      'train/loss': loss,
      'train/accuracy': known(1 - 0.9 * (loss / GUESSING) ** 0.8 + noise(0.02), batch),
      lr: lr * heat(step),
      grad_norm: approach(step / epoch, 3, 0.8, 1.5 * pace) * (1 + noise(0.4)),
      'optim/weight_norm': approach(step / epoch, 38, 71, 2 * pace) + noise(0.05),
      'optim/update_ratio': 0.004 * heat(step) * (1 + noise(0.2)),
      images_per_second: Math.round(batch * (1.1 + noise(0.03))),
      epoch: step / epoch,
      stage: step <= warmup ? 'warmup' : step <= (1 - COOLDOWN) * last ? 'train' : 'cooldown',
    };
    return trouble(step, metrics, noise);
  };
}

function validationCurves(training: Training, { epoch, last, heat, left }: Course): Curves {
  const { accuracy: end, overfitting = 0 } = training;
  return (step, noise) => {
    const stirred = heat(step) * (1 - left(step));
    const loss = 2.7 * (1 - end) + 2 * left(step) + 0.12 * stirred + overfitting * (step / last) ** 2;
    const accuracy = end - (end - 0.1) * left(step) - 0.07 * stirred;
    return {
      'val/loss': loss + noise(0.02 + 0.03 * heat(step)),
      'val/accuracy': known(accuracy + noise(0.006 + 0.02 * heat(step)), TEST_IMAGES),
      epoch: step / epoch,
    };
  };
}

function outputOf({ hyperparameters, remarks }: Training, { epoch, warmup }: Course): Output {
  const { optimizer, lr, batch_size: batch, epochs } = hyperparameters;
  return {
    opening: [
      bold(`ResNet-18 on CIFAR-10, ${epochs} epochs of ${epoch} steps`),
      'Files already downloaded and verified',
      `${cyan('INFO')} 11,173,962 parameters; ${optimizer}, learning rate ${lr}, batches of ${batch} images`,
    ],
    epochs: { steps: epoch, count: epochs },
    progress: {
      every: epoch,
      line(step, metrics) {
        const losses = `loss ${short(metrics['train/loss'])} val_loss ${short(metrics['val/loss'])}`;
        return `${green(`epoch ${step / epoch}`)} ${losses} ${bold(`val_accuracy ${short(metrics['val/accuracy'])}`)}`;
      },
    },
    remarks: { [warmup]: `${cyan('INFO')} warm-up done, learning rate ${lr}`, ...remarks },
    lastWords: `${green('saved')} checkpoints/resnet18.pt`,
  };
}

/** A share as it comes of counting which of `total` images are known. */
function known(share: number, total: number): number {
  return Math.round(Math.min(Math.max(share, 0), 1) * total) / total;
}
