import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Random } from './random.ts';

/** Lets others have their turn for a random while, from nothing to 30 ms. */
export async function pause(random: Random): Promise<void> {
  const dice = random.fraction();
  if (dice < 0.4) return;
  if (dice < 0.7) await setImmediate();
  else await setTimeout(random.below(30));
}
