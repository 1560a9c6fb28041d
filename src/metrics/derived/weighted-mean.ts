/**
 * The mean of two numbers that weigh so much of it: shares that are 1 together. Never less than both nor greater,
 * whatever rounding does: so a constant curve stays constant, and nothing overflows.
 */
export function weightedMean(a: number, shareOfA: number, b: number, shareOfB: number): number {
  const mean = a * shareOfA + b * shareOfB;
  return Math.min(Math.max(mean, Math.min(a, b)), Math.max(a, b));
}
