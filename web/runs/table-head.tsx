import type { ComponentChildren, RefObject } from 'preact';
import { address, go } from '../address/navigation.ts';
import type { Order } from '../address/order.ts';
import { ChooseAll } from './choose-all.tsx';
import { FIXED_COLUMNS, nextOrder, sortOf } from './columns.ts';
import type { Run } from './loaded-runs.ts';
import { orderBy, type ValueColumn } from './table-columns.ts';

const ARROWS = { ascending: ' ▴', descending: ' ▾', none: '' };

interface TableHeadProps {
  /** Further ones. */
  readonly columns: readonly ValueColumn[];
  /** Those that the box in the head is for. */
  readonly runs: readonly Run[];
  /** Whether they are of another question than the list's. */
  readonly isStale: boolean;
  /** To be scrolled sideways as the rows are. */
  readonly section: RefObject<HTMLTableSectionElement | null>;
}

/** The heads of the columns; those that can be sorted by are buttons. */
export function TableHead({ columns, runs, isStale, section }: TableHeadProps) {
  const { order, spark } = address.value;
  return (
    <thead ref={section} class="runs-head">
      <tr class="runs-row" aria-rowindex={1}>
        {FIXED_COLUMNS.map((column) => (
          <th key={column.name} scope="col" class={`runs-${column.name}`} aria-sort={sortOf(column.order, order)}>
            {column.order ? (
              <SortButton by={column.order}>{column.title}</SortButton>
            ) : column.name === 'choose' ? (
              <ChooseAll runs={runs} isDisabled={isStale} />
            ) : (
              <span class={column.name === 'log' ? 'hidden' : ''}>
                {column.name === 'curve' && spark ? spark : column.title}
              </span>
            )}
          </th>
        ))}
        {columns.map(({ name, kind }) => {
          const by = orderBy(name);
          const title = name.slice(name.indexOf('.') + 1);
          return (
            <th key={name} scope="col" class={`runs-value runs-${kind}`} title={name} aria-sort={sortOf(by, order)}>
              {by ? <SortButton by={by}>{title}</SortButton> : title}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function SortButton({ by, children }: { readonly by: Order; readonly children: ComponentChildren }) {
  const { order } = address.value;
  const arrow = ARROWS[sortOf(by, order) ?? 'none'];
  return (
    <button type="button" class="plain" onClick={() => go({ order: nextOrder(by, order) })}>
      <span class="runs-title">{children}</span>
      {arrow && <span aria-hidden="true">{arrow}</span>}
    </button>
  );
}
