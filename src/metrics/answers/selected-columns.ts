import { type Derivation, requireDistinctNames } from '../derived/derivation.ts';
import type { Recipe } from '../derived/derive-column.ts';
import { AXIS_COLUMN } from '../rows/row-view.ts';
import type { Table } from '../table/table.ts';
import type { FrameColumn, FrameRequest } from './frame.ts';

/** The columns of a frame, and the names of those that the run does not have. */
export interface SelectedColumns {
  readonly columns: readonly FrameColumn[];
  readonly missingColumns: readonly string[];
}

/**
 * The columns that a request names, in its order, then those that it derives.
 *
 * @param shown the table's columns on the axis of the request
 * @throws BadUserInput where two would have one name
 */
export function selectColumns(
  { columns, derived }: Pick<FrameRequest, 'columns' | 'derived'>,
  shown: readonly FrameColumn[],
  table: Table,
): SelectedColumns {
  const byName = new Map(shown.map((column) => [column.name, column]));
  const selected: FrameColumn[] = [];
  const missing = new Set<string>();
  const names = new Set(columns ?? byName.keys());
  requireDistinctNames(names, derived);
  for (const name of names) {
    const column = byName.get(name);
    if (column === undefined) missing.add(name);
    else selected.push(column);
  }
  for (const [place, derivation] of derived.entries()) {
    const isStep = derivation.column === AXIS_COLUMN.step && table.lastStep !== null;
    const source = isStep ? 'step' : byName.get(derivation.column)?.id;
    if (source === undefined) missing.add(derivation.column);
    else selected.push(derivedColumn(derivation, source, table.columns.length + place));
  }
  return { columns: selected, missingColumns: [...missing] };
}

/** @param id which no column of the table has */
function derivedColumn({ name, column, formula }: Derivation, source: Recipe['source'], id: number): FrameColumn {
  return { id, name, numbers: true, labels: false, made: { from: column, source, formula } };
}
