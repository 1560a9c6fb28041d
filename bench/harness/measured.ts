/** What a measurement yields: lines of the report, and the bars that they must pass. */
import type { Bar } from './bars.ts';
import type { Comparing } from './measure.ts';
import { type Rate, renderTable, renderTiming, significant } from './table.ts';

/** Two sides of one measurement; `rate` is what both get through. */
export interface Compared extends Comparing {
  readonly name: string;
  readonly rival: string;
  readonly rate?: Rate;
}

/** A measurement without a rival, in words. */
export interface Figure {
  readonly name: string;
  readonly text: string;
}

export interface Measured {
  readonly compared: readonly Compared[];
  readonly figures: readonly Figure[];
  readonly bars: readonly Bar[];
}

/** Takes each measurement in turn, and says how long it took. */
export async function measureEach<Plan>(
  measurements: readonly ((plan: Plan) => Promise<Measured>)[],
  plan: Plan,
): Promise<Measured> {
  const parts: Measured[] = [];
  for (const measure of measurements) {
    const start = performance.now();
    parts.push(await measure(plan));
    console.error(`  ${measure.name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  return {
    compared: parts.flatMap(({ compared }) => compared),
    figures: parts.flatMap(({ figures }) => figures),
    bars: parts.flatMap(({ bars }) => bars),
  };
}

export function renderMeasured({ compared, figures }: Measured): string[] {
  return [
    ...renderTable([
      ['measured', 'Runlens', 'rival', "rival's time", 'ratio'],
      ...compared.map(({ name, ours, rival, theirs, ratio, rate }) => [
        name,
        renderTiming(ours, rate),
        rival,
        renderTiming(theirs, rate),
        `${significant(ratio)}×`,
      ]),
    ]),
    '',
    ...renderTable([['measured', 'Runlens'], ...figures.map(({ name, text }) => [name, text])]),
  ];
}
