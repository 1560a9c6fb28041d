import { BadUserInput } from '../../errors.ts';
import type { Statistic } from './rolling.ts';

/** How one series is made of another. */
export type Formula =
  | { readonly kind: 'ema'; readonly weight: number }
  | { readonly kind: 'rolling'; readonly statistic: Statistic; readonly rows: number }
  | { readonly kind: 'rate'; readonly rows: number };

/** A series that a client asks to be made of a column. */
export interface Derivation {
  readonly name: string;
  readonly column: string;
  readonly formula: Formula;
}

/** The name of a derived series that was given none. */
export function derivedName(column: string, formula: Formula): string {
  switch (formula.kind) {
    case 'ema':
      return `ema(${column}, ${formula.weight})`;
    case 'rolling':
      return `rolling_${formula.statistic}(${column}, ${formula.rows})`;
    case 'rate':
      return formula.rows === 1 ? `rate(${column})` : `rate(${column}, ${formula.rows})`;
  }
}

/**
 * Clients find series by their names.
 *
 * @param columns the names of the columns selected beside
 * @throws BadUserInput where one frame would have two series of one name
 */
export function requireDistinctNames(columns: Iterable<string>, derived: readonly Derivation[]): void {
  const taken = new Map(Array.from(columns, (name) => [name, 'a column that is selected too']));
  for (const [place, { name }] of derived.entries()) {
    const by = taken.get(name);
    if (by !== undefined)
      throw new BadUserInput(`derived.${place}: '${name}' is the name of ${by}; 'as' gives another`);
    taken.set(name, `derived.${place}`);
  }
}
