import { describe, expect, it } from 'vitest';
import { formatCount, formatValue } from '../../web/format/numbers.ts';
import { exactText, shortText } from '../../web/format/parameters.ts';
import { runName } from '../../web/format/run-names.ts';
import { formatAge, formatDuration } from '../../web/format/times.ts';

describe('numbers', () => {
  it('have five digits, and are never rounded to nothing', () => {
    expect([0, 0.931123456, -12.5, 12_345.678, 1e-3].map(formatValue)).toEqual([
      '0',
      '0.93112',
      '-12.5',
      '12,346',
      '0.001',
    ]);
    expect([3e-4, 0.00041032, 3.14159e-7, -2e-9, 5e-324].map(formatValue)).toEqual([
      '3e-4',
      '4.103e-4',
      '3.142e-7',
      '-2e-9',
      '4.941e-324',
    ]);
  });

  it('are short where they are large', () => {
    expect([1e7, 629_145_600, 1.5e300].map(formatValue)).toEqual(['1e7', '6.291e8', '1.5e300']);
  });

  it('that count are whole', () => {
    expect([0, 1_000_000].map(formatCount)).toEqual(['0', '1,000,000']);
  });
});

describe('hyperparameters', () => {
  it('are short, but for whole numbers, which tell runs apart', () => {
    const values = [0.00003653767682119021, 20_240_101, 50_257, 'adamw', '1e-4', true, null, [0.9, 0.95]];
    expect(values.map(shortText)).toEqual([
      '3.654e-5',
      '20240101',
      '50257',
      'adamw',
      '1e-4',
      'true',
      'null',
      '[0.9,0.95]',
    ]);
    expect(exactText(values[0])).toBe('0.00003653767682119021');
  });
});

describe('times', () => {
  it('are told by how long ago they were, in the largest unit that fits', () => {
    const ages = [5, 59, 60, 3599, 3600, 86_400, 40 * 86_400, 400 * 86_400];
    expect(ages.map((seconds) => formatAge(0, seconds * 1000))).toEqual([
      '5 sec. ago',
      '59 sec. ago',
      '1 min. ago',
      '59 min. ago',
      '1 hr. ago',
      '1 day ago',
      '1 mo. ago',
      '1 yr. ago',
    ]);
  });

  it('that last have hours only where there are any, and tenths where they are short', () => {
    expect([0, 0.25, 9, 61.9, 3661, 360_000].map(formatDuration)).toEqual([
      '0:00',
      '0:00.3',
      '0:09',
      '1:01',
      '1:01:01',
      '100:00:00',
    ]);
    expect(formatDuration(-75)).toBe('−1:15');
  });
});

describe('runs', () => {
  it('are called by their aliases, where these can be seen', () => {
    expect(runName('20240101_a', 'baseline')).toBe('baseline');
    for (const alias of [null, '', ' \n']) expect(runName('20240101_a', alias)).toBe('20240101_a');
  });
});
