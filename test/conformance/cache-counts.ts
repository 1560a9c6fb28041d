import type { TestGateway } from '../support/gateway.ts';
import { body, logged } from './fixture.ts';

/** The cache statistics as REST serves them. */
interface CacheStats {
  readonly size: number;
  readonly max_size: number;
  readonly hits: number;
  readonly misses: number;
  readonly incremental_updates: number;
  readonly hit_rate: number;
  readonly incremental_rate: number;
}

/** By how much the counters grew. */
export type Cost = Pick<CacheStats, 'hits' | 'misses' | 'incremental_updates'>;

export const NOTHING: Cost = { hits: 0, misses: 0, incremental_updates: 0 };
export const HIT: Cost = { ...NOTHING, hits: 1 };
export const MISS: Cost = { ...NOTHING, misses: 1 };
export const UPDATE: Cost = { ...NOTHING, incremental_updates: 1 };

export async function statsOf(gateway: TestGateway): Promise<CacheStats> {
  return JSON.parse((await gateway.request('/api/metrics/cache/stats')).body);
}

/** What `work` costs. */
export async function costOf(gateway: TestGateway, work: () => Promise<unknown>): Promise<Cost> {
  const before = await statsOf(gateway);
  await work();
  const after = await statsOf(gateway);
  return {
    hits: after.hits - before.hits,
    misses: after.misses - before.misses,
    incremental_updates: after.incremental_updates - before.incremental_updates,
  };
}

/** An events file with one point a step, and the body of its step view. */
export function points(...steps: number[]): string {
  return steps.map((step) => logged(`{"step": ${step}, "a": ${step}}`)).join('');
}

export function pointsBody(...steps: number[]): string {
  return body(['global_step', 'a'], ...steps.map((step) => [step, step]));
}
