import { expect, it } from 'vitest';
import { findMetrics, groupMetrics, titleOf } from '../../../../web/charts/data/metric-groups.ts';

it('groups metrics by what is before the first slash, in the order in which they come', () => {
  expect(groupMetrics(['train/loss', 'lr', 'eval/en/bleu', 'train/acc', '/odd', 'eval/de/bleu'])).toEqual([
    { name: 'train', metrics: ['train/loss', 'train/acc'] },
    { name: '', metrics: ['lr', '/odd'] },
    { name: 'eval', metrics: ['eval/en/bleu', 'eval/de/bleu'] },
  ]);
});

it('has a metric once, however many runs log it', () => {
  expect(groupMetrics(['loss', 'loss'])).toEqual([{ name: '', metrics: ['loss'] }]);
});

it('has groups of any name', () => {
  expect(groupMetrics(['__proto__/a', 'constructor/b'])).toEqual([
    { name: '__proto__', metrics: ['__proto__/a'] },
    { name: 'constructor', metrics: ['constructor/b'] },
  ]);
});

it('finds metrics by any part of their names, whatever the case', () => {
  const metrics = ['Train/Loss', 'val/loss', '损失'];
  expect(findMetrics(metrics, ' LOSS ')).toEqual(['Train/Loss', 'val/loss']);
  expect(findMetrics(metrics, '损')).toEqual(['损失']);
  expect(findMetrics(metrics, ' ')).toEqual(metrics);
});

it('calls panels by what the group does not tell of their names, and quotes what could not be seen', () => {
  expect(titleOf('train/loss', 'train')).toBe('loss');
  expect(titleOf('train/', 'train')).toBe('train/');
  expect(titleOf('train/loss')).toBe('train/loss');
  expect([titleOf(''), titleOf('x/ ', 'x')]).toEqual(['""', '" "']);
});
