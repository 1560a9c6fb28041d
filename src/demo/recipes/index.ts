import type { Recipe } from '../recipe.ts';
import { BASELINE, CIFAR10_SWEEP } from './cifar10.ts';
import { DIVERGED, LONG, MANY_METRICS, NEVER_BEGAN } from './language.ts';
import { EVALUATED, LEGACY, RESUMED, SILENT } from './others.ts';

/** The runs of the demo. A place in the list is a seed: another order makes other curves. */
export const RECIPES: readonly Recipe[] = [
  BASELINE,
  DIVERGED,
  LONG,
  RESUMED,
  LEGACY,
  ...CIFAR10_SWEEP,
  MANY_METRICS,
  NEVER_BEGAN,
  EVALUATED,
  SILENT,
];
