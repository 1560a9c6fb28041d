import { address, adjust, go } from '../address/navigation.ts';
import { isSameColumn, NEWEST_FIRST } from '../address/order.ts';
import { ChoiceMenu } from '../ui/choice-menu.tsx';
import { inLanguage } from '../ui/language.ts';
import { FIXED_COLUMNS } from './columns.ts';
import type { Curves } from './curves.ts';
import type { Run } from './loaded-runs.ts';
import { columnsOf, orderBy } from './table-columns.ts';

const texts = inLanguage(
  {
    curve: 'Curve',
    curveOf: 'Metric of the curves',
    main: 'main metric of each run',
    noMetrics: 'The runs in view have logged no metrics.',
    columns: 'Columns',
    columnsOf: 'Hyperparameters and summary values',
    noColumns: 'These runs have no hyperparameters and no summary.',
    sort: 'Sort',
    reverse: 'Reverse the order',
  },
  {
    curve: '曲线',
    curveOf: '曲线所用指标',
    main: '各运行的主要指标',
    noMetrics: '当前可见的运行没有记录指标。',
    columns: '列',
    columnsOf: '超参数和汇总值',
    noColumns: '这些运行没有超参数和汇总值。',
    sort: '排序',
    reverse: '反转排序',
  },
);

/** Which metric the curves in the rows are of. */
export function CurveMenu({ curves }: { readonly curves: Curves }) {
  const { spark } = address.value;
  const options = () => {
    const names = [...new Set([...(spark ? [spark] : []), ...curves.metrics.value])];
    return [{ value: '', name: texts.main }, ...names.map((name) => ({ value: name, name }))];
  };
  return (
    <ChoiceMenu
      label={texts.curveOf}
      options={options}
      chosen={[spark]}
      isSingle
      choose={(value) => adjust({ spark: value })}
      toggled={(isOpen) => curves.choosing(isOpen)}
      empty={texts.noMetrics}
    >
      {texts.curve}
      {spark && `: ${spark}`}
    </ChoiceMenu>
  );
}

interface ColumnMenuProps {
  readonly runs: readonly Run[];
  /** Told when it is opened: only then are the values of the runs needed. */
  readonly opened: () => void;
}

/** Which hyperparameters and summary values are columns. */
export function ColumnMenu({ runs, opened }: ColumnMenuProps) {
  const { columns, order } = address.value;
  const options = () => [...new Set([...columnsOf(runs), ...columns])].map((name) => ({ value: name, name }));
  const choose = (value: string) => adjust(columns.includes(value) ? without(value) : { columns: [...columns, value] });
  function without(column: string) {
    const by = orderBy(column);
    // Nothing would tell that the runs are still sorted by it.
    const isSortedBy = by !== undefined && isSameColumn(by, order);
    return { columns: columns.filter((each) => each !== column), ...(isSortedBy && { order: NEWEST_FIRST }) };
  }
  return (
    <ChoiceMenu
      label={texts.columnsOf}
      options={options}
      chosen={columns}
      choose={choose}
      toggled={(isOpen) => isOpen && opened()}
      empty={texts.noColumns}
    >
      {texts.columns}
      {columns.length > 0 && ` (${columns.length})`}
    </ChoiceMenu>
  );
}

/** For phones, where the columns have no heads. */
export function SortMenu() {
  const { order, columns } = address.value;
  const values = columns.map((name) => ({ name, title: name, order: orderBy(name) }));
  const sortable = [...FIXED_COLUMNS, ...values].flatMap((column) =>
    column.order ? [{ ...column, order: column.order }] : [],
  );
  const sortBy = (name: string) => {
    const column = sortable.find((each) => each.name === name);
    if (column) go({ order: column.order });
  };
  const current = sortable.find((column) => isSameColumn(column.order, order));
  const reverse = () => go({ order: { ...order, direction: order.direction === 'ASC' ? 'DESC' : 'ASC' } });
  return (
    <span class="runs-sort">
      <select aria-label={texts.sort} value={current?.name} onChange={(event) => sortBy(event.currentTarget.value)}>
        {sortable.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      <button type="button" aria-label={texts.reverse} onClick={reverse}>
        <span aria-hidden="true">{order.direction === 'ASC' ? '▴' : '▾'}</span>
      </button>
    </span>
  );
}
