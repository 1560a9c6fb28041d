import type { Address } from './address.ts';

type Slots = Address['runs'];

/** A compared run, and the number of its colour. */
export interface ComparedRun {
  readonly runId: string;
  /** From 0; the same for as long as it is compared. */
  readonly slot: number;
}

export function comparedRuns(slots: Slots): readonly ComparedRun[] {
  return slots.flatMap((runId, slot) => (runId === null ? [] : [{ runId, slot }]));
}

/** The runs that charts and logs show: the compared ones, or the one that is looked at instead, in the colour that it would have. */
export function shownRuns({ runs, only }: Pick<Address, 'runs' | 'only'>): readonly ComparedRun[] {
  return only === '' ? comparedRuns(runs) : [{ runId: only, slot: addRun(runs, only).indexOf(only) }];
}

/** Takes the run into the first free slot. */
export function addRun(slots: Slots, runId: string): Slots {
  if (slots.includes(runId)) return slots;
  const free = slots.indexOf(null);
  return free < 0 ? [...slots, runId] : slots.with(free, runId);
}

/** The others keep their slots. */
export function removeRun(slots: Slots, runId: string): Slots {
  const left = slots.map((each) => (each === runId ? null : each));
  return left.slice(0, left.findLastIndex((each) => each !== null) + 1);
}
