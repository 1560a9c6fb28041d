import type { Address } from '../address/address.ts';
import { addRun, comparedRuns, removeRun } from '../address/compared-runs.ts';

type Slots = Address['runs'];

/** As many as the gateway compares. */
export const MOST_CHOSEN = 100;

/** Chooses these runs for comparison, as many as there is room for, or none of them. The others stay as they are. */
export function chooseRuns(slots: Slots, runIds: readonly string[], isChosen: boolean): Slots {
  if (!isChosen) return runIds.reduce(removeRun, slots);
  return runIds.reduce(
    (chosen, runId) => (comparedRuns(chosen).length < MOST_CHOSEN ? addRun(chosen, runId) : chosen),
    slots,
  );
}
