import { isSameColumn, type Order } from '../address/order.ts';
import { inLanguage } from '../ui/language.ts';

/** A column that the table always has. */
export interface FixedColumn {
  readonly name: string;
  readonly title: string;
  /** In pixels, where there is not enough room. */
  readonly least: number;
  /** Its share of the room that is left; none where absent. */
  readonly grows?: number;
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
  { name: 'choose', title: texts.compare, least: 36 },
  { name: 'status', title: texts.status, least: 114, order: { field: 'STATUS', direction: 'ASC' } },
  { name: 'run', title: texts.run, least: 150, grows: 1 },
  { name: 'log', title: texts.log, least: 46 },
  { name: 'folder', title: texts.folder, least: 104, grows: 1.6, order: { field: 'PATH', direction: 'ASC' } },
  { name: 'tags', title: texts.tags, least: 148, grows: 0.8 },
  { name: 'created', title: texts.created, least: 100, order: { field: 'CREATED_AT', direction: 'DESC' } },
  { name: 'duration', title: texts.duration, least: 78 },
  {
    name: 'best',
    title: texts.best,
    least: 172,
    order: { field: 'BEST_METRIC', direction: 'DESC' },
  },
  { name: 'curve', title: texts.curve, least: 144 },
];

/** A hyperparameter, or a value of a summary. */
const VALUE_COLUMN = { least: 90, grows: 0.7 };

/** How wide columns are, as `grid-template-columns` has it, and a row is at least. @param count of further columns */
export function widthsOf(count: number): { readonly columns: string; readonly least: string } {
  const all = [...FIXED_COLUMNS, ...Array.from({ length: count }, () => VALUE_COLUMN)];
  return {
    columns: all.map(({ least, grows }) => (grows ? `minmax(${least}px, ${grows}fr)` : `${least}px`)).join(' '),
    least: `${all.reduce((sum, { least }) => sum + least, 0)}px`,
  };
}

/** The order after a click on a column's head. */
export function nextOrder(column: Order, current: Order): Order {
  if (!isSameColumn(column, current)) return column;
  return { ...current, direction: current.direction === 'ASC' ? 'DESC' : 'ASC' };
}

/** Whether the runs are sorted by a column, as `aria-sort` has it. Undefined where it cannot be sorted by. */
export function sortOf(column: Order | undefined, current: Order): 'ascending' | 'descending' | 'none' | undefined {
  if (!column) return undefined;
  if (!isSameColumn(column, current)) return 'none';
  return current.direction === 'ASC' ? 'ascending' : 'descending';
}
