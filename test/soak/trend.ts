/** A measured value, and when it was measured, in seconds. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  readonly firstThird: number;
  readonly lastThird: number;
  /** By how much the value grows from the first to the last sample, along the line of least squares. */
  readonly growth: number;
  /** Three standard errors of that. */
  readonly uncertainty: number;
}

/** How much a value may grow, as a share of it, beyond what its noise leaves open. */
const MOST_GROWTH = 0.05;

/** Throws where there are fewer than three samples. */
export function trendOf(samples: readonly Sample[]): Trend {
  if (samples.length < 3) throw new RangeError(`${samples.length} samples have no trend`);
  const values = samples.map(({ value }) => value);
  const third = Math.floor(samples.length / 3);
  const meanAt = mean(samples.map(({ at }) => at));
  const meanValue = mean(values);
  const spread = sum(samples.map(({ at }) => (at - meanAt) ** 2));
  const slope = sum(samples.map(({ at, value }) => (at - meanAt) * (value - meanValue))) / spread;
  const residuals = sum(samples.map(({ at, value }) => (value - meanValue - slope * (at - meanAt)) ** 2));
  const error = Math.sqrt(residuals / (samples.length - 2) / spread);
  const length = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
  return {
    firstThird: mean(values.slice(0, third)),
    lastThird: mean(values.slice(-third)),
    growth: slope * length,
    uncertainty: 3 * error * length,
  };
}

/** Whether it certainly grows: by more than a share of what it is, and more than its noise explains. */
export function isGrowing({ firstThird, lastThird, growth, uncertainty }: Trend): boolean {
  const most = MOST_GROWTH * firstThird;
  return growth - uncertainty > most && lastThird - firstThird > most;
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
