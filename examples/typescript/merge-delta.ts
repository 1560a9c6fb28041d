/** A point at which NaN or an infinity was logged. */
interface NonFinitePoint {
  readonly x: number;
  readonly value: 'NAN' | 'POSITIVE_INFINITY' | 'NEGATIVE_INFINITY';
}

/** The rows of one run, as charts take them: every array of `series` and `labels` has an element for each `x`. */
export interface HeldMetrics {
  /** Steps or seconds, ascending. */
  readonly x: number[];
  readonly series: Map<string, (number | null)[]>;
  readonly labels: Map<string, (string | null)[]>;
  /** Where a series was NaN or infinite, by x; there its value in `series` is null. */
  readonly nonFinite: Map<string, NonFinitePoint[]>;
  /** Where to go on: the argument `after` of the subscription. */
  cursor: string;
}

interface Column<Value> {
  readonly name: string;
  readonly values: readonly (Value | null)[];
}

/** What to select of a frame, in the query and in the subscription; the optional fields where they are wanted. */
interface Frame {
  readonly x: readonly (number | null)[];
  readonly series: readonly (Column<number> & { readonly nonFinite?: readonly NonFinitePoint[] })[];
  readonly labels?: readonly Column<string>[];
  readonly cursor: string;
}

/** What `Subscription.metrics` sends. */
export type MetricEvent =
  | { readonly __typename: 'MetricDelta'; readonly frame: Frame; readonly removed: readonly (number | null)[] }
  | { readonly __typename: 'StreamReset' | 'StreamEnd'; readonly cursor: string };

/** Begins with what a query answered: the whole run, a range of it, or fewer points of either (mode SHARED). */
export function holdFrame(frame: Frame): HeldMetrics {
  const held = { x: [], series: new Map(), labels: new Map(), nonFinite: new Map(), cursor: frame.cursor };
  putRows(held, frame, []);
  return held;
}

/**
 * Brings what is held up to date, in place. Takes O(rows of the delta) where they lie behind those held, as they mostly
 * do, else O(rows behind the first of them).
 */
export function mergeDelta(held: HeldMetrics, event: MetricEvent): void {
  if (event.__typename === 'StreamReset') {
    held.x.length = 0;
    for (const columns of [held.series, held.labels, held.nonFinite]) columns.clear();
  }
  if (event.__typename === 'MetricDelta') putRows(held, event.frame, event.removed);
  held.cursor = event.__typename === 'MetricDelta' ? event.frame.cursor : event.cursor;
}

/** Each row of the frame replaces the whole row of its x; the rows at `removed` go. */
function putRows(held: HeldMetrics, frame: Frame, removed: readonly (number | null)[]): void {
  const added = frame.x.filter((x) => x !== null);
  const changed = new Set([...removed, ...added]);
  const first = Math.min(removed[0] ?? Number.POSITIVE_INFINITY, added[0] ?? Number.POSITIVE_INFINITY);
  const from = held.x.findLastIndex((x) => x < first) + 1;
  // The rows to come behind `from`: those there that stay and those of the frame, by x.
  const tail = held.x.slice(from).map((x, index) => ({ x, index }));
  const fresh = added.map((x, index) => ({ x, index: tail.length + index }));
  const rows = [...tail.filter(({ x }) => !changed.has(x)), ...fresh].toSorted((a, b) => a.x - b.x);

  function putColumns<Value>(columns: Map<string, (Value | null)[]>, given: readonly Column<Value>[]): void {
    const values = new Map(given.map((column) => [column.name, column.values]));
    for (const name of new Set([...columns.keys(), ...values.keys()])) {
      const column = columns.get(name) ?? held.x.map(() => null);
      const cells = [...column.splice(from), ...(values.get(name) ?? [])];
      for (const { index } of rows) column.push(cells[index] ?? null);
      columns.set(name, column);
    }
  }

  putColumns(held.series, frame.series);
  putColumns(held.labels, frame.labels ?? []);
  held.x.splice(from);
  for (const { x } of rows) held.x.push(x);

  const points = new Map(frame.series.map(({ name, nonFinite = [] }) => [name, nonFinite]));
  for (const name of new Set([...held.nonFinite.keys(), ...points.keys()])) {
    const column = held.nonFinite.get(name) ?? [];
    const later = column.splice(column.findLastIndex(({ x }) => x < first) + 1).filter(({ x }) => !changed.has(x));
    for (const point of [...later, ...(points.get(name) ?? [])].toSorted((a, b) => a.x - b.x)) column.push(point);
    held.nonFinite.set(name, column);
  }
}
