import type { GraphQLError } from 'graphql';
import { LimitExceeded } from '../../errors.ts';
import { refusal } from './refusal.ts';

interface QueryLimit {
  readonly maximum: number;
  /** What is counted, in words that follow a number. */
  readonly counted: string;
}

/** What one query may ask for. Wide enough for a dashboard of 100 panels: docs/graphql.md tells what is behind each. */
export const LIMITS = {
  tokens: { maximum: 10_000, counted: 'tokens' },
  /** The parser goes down as deep. */
  nesting: { maximum: 100, counted: 'brackets within each other' },
  depth: { maximum: 20, counted: 'fields within each other' },
  aliases: { maximum: 100, counted: 'aliases' },
  repetitions: { maximum: 100, counted: 'repetitions of a field' },
  directives: { maximum: 5, counted: 'directives at one place' },
  introspection: { maximum: 2, counted: 'lists of introspection within each other' },
  cost: { maximum: 250_000_000, counted: 'numbers (points × columns × runs)' },
} as const satisfies Readonly<Record<string, QueryLimit>>;

type Limit = keyof typeof LIMITS;

/** What refuses a query that asks for more than a limit; null for one that does not. */
export function exceeded(limit: Limit, asked: number): GraphQLError | null {
  const { maximum, counted } = LIMITS[limit];
  if (asked <= maximum) return null;
  const message = `${limit}: the query asks for ${asked} ${counted}, and may ask for ${maximum} at most`;
  return refusal(new LimitExceeded(message), { details: { limit, maximum, asked }, isOfQuery: true });
}
