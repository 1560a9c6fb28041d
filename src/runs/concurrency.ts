/** Actions under way at once: enough to keep the four threads of the pool busy, few enough that others wait shortly. */
const LIMIT = 8;

/**
 * The results of `action` for each item, in the order of the items; a bounded number of actions run at once.
 * Rejects with the first error; what has not begun by then never begins.
 */
export async function mapLimited<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  results.length = items.length;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await action(items[index]);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(LIMIT, items.length) }, work));
  } catch (error) {
    next = items.length;
    throw error;
  }
  return results;
}
