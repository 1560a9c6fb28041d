import type { RefObject } from 'preact';
import { address, go } from '../address/navigation.ts';
import { FIXED_COLUMNS, nextOrder, sortOf } from './columns.ts';
import type { ValueColumn } from './table-columns.ts';

const ARROWS = { ascending: ' ▴', descending: ' ▾', none: '' };

interface TableHeadProps {
  /** Further ones. */
  readonly columns: readonly ValueColumn[];
  /** To be scrolled sideways as the rows are. */
  readonly section: RefObject<HTMLTableSectionElement | null>;
}

/** The heads of the columns; those that can be sorted by are buttons. */
export function TableHead({ columns, section }: TableHeadProps) {
  const { order, spark } = address.value;
  return (
    <thead ref={section} class="runs-head">
      <tr class="runs-row" aria-rowindex={1}>
        {FIXED_COLUMNS.map((column) => {
          const sort = sortOf(column, order);
          return (
            <th key={column.name} scope="col" class={`runs-${column.name}`} aria-sort={sort}>
              {column.order && sort ? (
                <button
                  type="button"
                  class="plain"
                  onClick={() => go({ order: nextOrder(column.order ?? order, order) })}
                >
                  {column.title}
                  <span aria-hidden="true">{ARROWS[sort]}</span>
                </button>
              ) : (
                <span class={column.name === 'choose' || column.name === 'log' ? 'hidden' : ''}>
                  {column.name === 'curve' && spark ? spark : column.title}
                </span>
              )}
            </th>
          );
        })}
        {columns.map(({ name, kind }) => (
          <th key={name} scope="col" class={`runs-value runs-${kind}`} title={name}>
            {name.slice(name.indexOf('.') + 1)}
          </th>
        ))}
      </tr>
    </thead>
  );
}
