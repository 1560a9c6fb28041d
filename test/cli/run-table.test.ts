import { expect, it } from 'vitest';
import { runTable } from '../../src/cli/run-table.ts';

const run = { id: 'a', status: 'running', createdAt: 1_704_067_200.5, path: null, alias: null, bestMetric: null };
const table = (runs: readonly object[], width?: number) =>
  runTable(
    runs.map((changes) => ({ ...run, ...changes })),
    width,
  );

it('aligns its columns, and leaves no cell empty', () => {
  const best = { path: 'vision/resnet', alias: '训练 🦄', bestMetric: { name: 'accuracy', value: 0.912_345_678 } };
  expect(table([best, { id: 'a-longer-id', alias: '', bestMetric: { name: 'loss', value: null } }])).toBe(
    `ID           STATUS   CREATED               PATH           ALIAS    BEST METRIC
a            running  2024-01-01T00:00:00Z  vision/resnet  训练 🦄  accuracy 0.912345678
a-longer-id  running  2024-01-01T00:00:00Z  -              -        loss not finite
`,
  );
});

it('lets no name break a line or steer the terminal', () => {
  expect(table([{ alias: '\u001B[31mred\nrun' }])).toContain('  \uFFFD[31mred\uFFFDrun  ');
});

it('cuts lines at the width of the terminal', () => {
  expect(table([{}], 20)).toBe('ID  STATUS   CREATE…\na   running  2024-0…\n');
});
