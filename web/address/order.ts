import type { OrderDirection } from '../api/generated/graphql.ts';

/** What the runs are sorted by: something that each has, or a hyperparameter or summary value, by its name. */
export type Order = { readonly direction: OrderDirection } & (
  | { readonly field: (typeof PLAIN_FIELDS)[number] }
  | { readonly field: (typeof VALUE_FIELDS)[number]; readonly name: string }
);

const PLAIN_FIELDS = ['CREATED_AT', 'PATH', 'STATUS', 'BEST_METRIC'] as const;
const VALUE_FIELDS = ['CONFIG', 'SUMMARY'] as const;
const DIRECTIONS = ['ASC', 'DESC'] as const;

export const NEWEST_FIRST: Order = { field: 'CREATED_AT', direction: 'DESC' };

/** @param written `path.asc`, or `config.optimizer.lr.desc`. @returns undefined where it means nothing */
export function readOrder(written: string): Order | undefined {
  const [by = '', ...others] = written.split('.');
  const direction = oneOf(DIRECTIONS, others.pop() ?? '');
  if (!direction) return undefined;
  const [plain, value] = [oneOf(PLAIN_FIELDS, by), oneOf(VALUE_FIELDS, by)];
  if (plain && others.length === 0) return { field: plain, direction };
  return value && others.length > 0 ? { field: value, name: others.join('.'), direction } : undefined;
}

export function writeOrder(order: Order): string {
  const name = 'name' in order ? [order.name] : [];
  return [order.field.toLowerCase(), ...name, order.direction.toLowerCase()].join('.');
}

function oneOf<Value extends string>(values: readonly Value[], written: string): Value | undefined {
  return values.find((value) => value === written.toUpperCase());
}

/** Whether two orders are by the same, in whichever direction. */
export function isSameColumn(one: Order, other: Order): boolean {
  return one.field === other.field && nameOf(one) === nameOf(other);
}

function nameOf(order: Order): string | undefined {
  return 'name' in order ? order.name : undefined;
}
