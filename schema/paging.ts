import { BadUserInput } from '../src/errors.ts';

/** How large a page is asked for, from either end. */
export interface PageSize {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
}

/** The arguments of a Relay connection. */
export interface PageArguments extends PageSize {
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

/** How many items a page has, unless asked otherwise, and at most. */
export interface PageSizes {
  readonly usual: number;
  readonly largest: number;
}

export interface Page<Item> {
  readonly edges: { readonly node: Item; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    /** Null where the page is empty. */
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** @throws BadUserInput */
export function refuseBadPages({ first, last }: PageSize, { largest }: PageSizes): void {
  for (const [name, size] of Object.entries({ first, last })) {
    if (size != null && (size < 0 || size > largest)) {
      throw new BadUserInput(`${name}: ${size} is not a page size from 0 to ${largest}`);
    }
  }
  if (first != null && last != null) throw new BadUserInput('first, last: only one of them may be given');
}

/** @param argument the one that holds the cursor */
export function notOfThisList(argument: string, cursor: string): BadUserInput {
  return new BadUserInput(`${argument}: '${cursor.slice(0, 100)}' is not a cursor of this list`);
}

/**
 * A page of `items`.
 *
 * @param between the places of `items`, [from, to), that lie between `after` and `before`
 * @param cursorOf names the place of an item
 * @throws BadUserInput
 */
export function pageOf<Item>(
  items: readonly Item[],
  between: { readonly from: number; readonly to: number },
  { first, last }: PageArguments,
  sizes: PageSizes,
  cursorOf: (item: Item) => string,
): Page<Item> {
  refuseBadPages({ first, last }, sizes);
  const from = last == null ? between.from : Math.max(between.from, between.to - last);
  const to = last == null ? Math.min(between.to, between.from + (first ?? sizes.usual)) : between.to;
  const edges = items.slice(from, to).map((node) => ({ node, cursor: cursorOf(node) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: to < items.length,
      hasPreviousPage: from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
