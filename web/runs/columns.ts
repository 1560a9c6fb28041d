import type { Order } from '../address/address.ts';
import { inLanguage } from '../ui/language.ts';

/** A column that the table always has. */
export interface FixedColumn {
  readonly name: string;
  readonly title: string;
  /** As grid-template-columns has it. */
  readonly width: string;
  /** What a click on its head sorts by: at first so, then the other way round. */
  readonly order?: Order;
}

const texts = inLanguage(
  {
    compare: 'Compare',
    status: 'Status',
    run: 'Run',
    folder: 'Folder',
    tags: 'Tags',
    created: 'Created',
    duration: 'Duration',
    best: 'Best',
    curve: 'Curve',
    log: 'Log',
  },
  {
    compare: '对比',
    status: '状态',
    run: '运行',
    folder: '目录',
    tags: '标签',
    created: '创建时间',
    duration: '时长',
    best: '最佳指标',
    curve: '曲线',
    log: '日志',
  },
);

export const FIXED_COLUMNS: readonly FixedColumn[] = [
  { name: 'choose', title: texts.compare, width: '36px' },
  { name: 'status', title: texts.status, width: '104px', order: { field: 'STATUS', direction: 'ASC' } },
  { name: 'run', title: texts.run, width: 'minmax(140px, 1.3fr)' },
  { name: 'folder', title: texts.folder, width: 'minmax(120px, 1.3fr)', order: { field: 'PATH', direction: 'ASC' } },
  { name: 'tags', title: texts.tags, width: 'minmax(70px, 1fr)' },
  { name: 'created', title: texts.created, width: '100px', order: { field: 'CREATED_AT', direction: 'DESC' } },
  { name: 'duration', title: texts.duration, width: '78px' },
  {
    name: 'best',
    title: texts.best,
    width: 'minmax(150px, 1fr)',
    order: { field: 'BEST_METRIC', direction: 'DESC' },
  },
  { name: 'curve', title: texts.curve, width: '136px' },
  { name: 'log', title: texts.log, width: '46px' },
];

/** The order after a click on a column's head. */
export function nextOrder(column: Order, current: Order): Order {
  if (column.field !== current.field) return column;
  return { ...current, direction: current.direction === 'ASC' ? 'DESC' : 'ASC' };
}

/** Whether the runs are sorted by a column, as `aria-sort` has it. Undefined where it cannot be sorted by. */
export function sortOf({ order }: FixedColumn, current: Order): 'ascending' | 'descending' | 'none' | undefined {
  if (!order) return undefined;
  if (order.field !== current.field) return 'none';
  return current.direction === 'ASC' ? 'ascending' : 'descending';
}
