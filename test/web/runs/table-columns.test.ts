import { expect, it } from 'vitest';
import type { Run } from '../../../web/runs/loaded-runs.ts';
import { valueColumn } from '../../../web/runs/table-columns.ts';

function runWith(config: Readonly<Record<string, unknown>>): Run {
  return {
    runId: 'a',
    path: null,
    alias: null,
    tags: [],
    status: 'FINISHED',
    createdAt: '2024-01-01T00:00:00Z',
    endedAt: null,
    bestMetric: null,
    config,
    summary: null,
  };
}

it('a column is of numbers where all values in it are, and of texts otherwise', () => {
  const runs = [runWith({ lr: 0.1, optimizer: 'sgd', layers: 2 }), runWith({ layers: 'auto' })];
  const kindOf = (name: string) => valueColumn(`config.${name}`, runs).kind;
  expect(kindOf('lr')).toBe('number');
  expect(kindOf('optimizer')).toBe('text');
  expect(kindOf('layers')).toBe('text');
});
