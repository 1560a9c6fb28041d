import { comparedRuns } from '../address/compared-runs.ts';
import { address, go } from '../address/navigation.ts';
import { useKeys } from '../ui/keys.ts';
import { inLanguage } from '../ui/language.ts';
import type { Run } from './loaded-runs.ts';

const texts = inLanguage(
  {
    next: 'next run; Enter opens its charts',
    previous: 'previous run',
    choose: 'choose the run for comparison, or not',
    compare: 'compare the chosen runs',
  },
  {
    next: '下一个运行；按 Enter 查看其图表',
    previous: '上一个运行',
    choose: '选择或取消选择该运行以进行对比',
    compare: '对比所选的运行',
  },
);

interface RowKeys {
  /** The run that the keys are about; undefined before one is. */
  readonly current: Run | undefined;
  /** Goes some rows down, or up. */
  readonly move: (rows: number) => void;
  readonly choose: (run: Run) => void;
}

/** The keys that do something in the table. */
export function useRowKeys({ current, move, choose }: RowKeys): void {
  useKeys([
    { keys: ['j', 'ArrowDown'], does: texts.next, run: () => move(1) },
    { keys: ['k', 'ArrowUp'], does: texts.previous, run: () => move(-1) },
    { keys: ['x'], does: texts.choose, run: () => current && choose(current) },
    {
      keys: ['c'],
      does: texts.compare,
      run: () => comparedRuns(address.value.runs).length > 0 && go({ view: 'charts', only: '' }),
    },
  ]);
}
