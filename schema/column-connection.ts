import { z } from 'zod';
import { cursorContent, cursorText } from '../src/cursor-text.ts';
import { CursorExpired } from '../src/errors.ts';
import type { ColumnStatistics } from '../src/metrics/answers/column-statistics.ts';
import type { FrameColumn } from '../src/metrics/answers/frame.ts';
import type { RunMetrics } from '../src/metrics/run-metrics.ts';
import type { Axis } from '../src/metrics/table/axis.ts';
import { builder } from './builder.ts';
import { AxisEnum, NonFiniteEnum, nameNonFinite } from './metric-frame.ts';
import { notOfThisList, type Page, type PageArguments, pageOf } from './paging.ts';

/** How many columns a page has. */
export const COLUMN_PAGE = { usual: 100, largest: 1000 };

/** The arguments, beside those of every connection, of a field that pages through columns. */
export function columnArguments() {
  return builder.args((t) => ({
    axis: t.field({
      type: AxisEnum,
      required: true,
      defaultValue: 'step',
      description: 'Whose rows count: those of `metricsStep` (STEP), or of `metrics` (TIME).',
    }),
    prefix: t.string({ description: 'How the names begin, to the letter; all where absent.' }),
  }));
}

/** A column on a page. The first that asks for statistics has those of the whole page made. */
interface ListedColumn extends FrameColumn {
  statistics(): Promise<ColumnStatistics>;
}

interface ColumnPage extends Page<ListedColumn> {
  readonly totalCount: number;
}

const ColumnKindEnum = builder.enumType('ColumnKind', {
  description: 'What a column holds.',
  values: {
    NUMBER: { description: "Numbers, or nothing but nulls: it is among a frame's `series`." },
    LABEL: { description: "Texts or booleans: it is among a frame's `labels`." },
    MIXED: { description: 'Both: it is in both lists.' },
  },
});

export const ColumnInfoType = builder.objectRef<ListedColumn>('ColumnInfo').implement({
  description: 'A column without its points: enough to offer it for a chart.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'The name, as logged: pass it in `columns` of `metricsStep` and others.',
    }),
    kind: t.field({ type: ColumnKindEnum, description: 'What it holds.', resolve: kindOf }),
    count: t.field({
      type: 'SafeInt',
      description: 'How many rows have a value. NaN and infinities are values, nulls are not.',
      resolve: async (column) => (await column.statistics()).count,
    }),
    min: t.float({
      nullable: true,
      description: 'The least number, NaN and infinities left aside. Null where there is none.',
      resolve: async (column) => (await column.statistics()).min,
    }),
    max: t.float({
      nullable: true,
      description: 'The greatest number, NaN and infinities left aside. Null where there is none.',
      resolve: async (column) => (await column.statistics()).max,
    }),
    last: t.float({
      nullable: true,
      description:
        'The number in the last row that has one. Null where none has, and where it is NaN or infinite: see `lastNonFinite`.',
      resolve: async (column) => {
        const { last } = await column.statistics();
        return Number.isFinite(last) ? last : null;
      },
    }),
    lastNonFinite: t.field({
      type: NonFiniteEnum,
      nullable: true,
      description: 'What the last number is where it is not finite, as where a run blew up; else null.',
      resolve: async (column) => {
        const { last } = await column.statistics();
        return last === null || Number.isFinite(last) ? null : nameNonFinite(last);
      },
    }),
  }),
});

export const ColumnConnectionType = builder.connectionObject<typeof ColumnInfoType, ColumnPage>(
  {
    type: ColumnInfoType,
    name: 'ColumnConnection',
    description: 'A page of columns.',
    fields: (t) => ({
      totalCount: t.exposeInt('totalCount', { description: 'How many columns there are, on all pages.' }),
    }),
  },
  { name: 'ColumnEdge', description: 'A column and its place in the list.' },
);

/** A page of the columns of a run, in the order in which the file first shows them. */
export function columnPage(
  metrics: RunMetrics,
  { axis, prefix, ...args }: PageArguments & { readonly axis: Axis; readonly prefix?: string | null | undefined },
): ColumnPage {
  const columns = metrics.columns(axis).filter(({ name }) => name.startsWith(prefix ?? ''));
  const { edges, pageInfo } = pageOf(columns, placesBetween(columns, metrics, args), args, COLUMN_PAGE, cursorOf);
  let made: Promise<readonly ColumnStatistics[]> | undefined;
  const listed = edges.map(({ node, cursor }, place) => {
    const statistics = async () => {
      made ??= metrics.statistics(
        axis,
        edges.map((edge) => edge.node),
      );
      return (await made)[place];
    };
    return { cursor, node: { ...node, statistics } };
  });
  return { edges: listed, pageInfo, totalCount: columns.length };
}

function kindOf({ numbers, labels }: FrameColumn): typeof ColumnKindEnum.$inferType {
  if (!labels) return 'NUMBER';
  return numbers ? 'MIXED' : 'LABEL';
}

/** Names a column, not a number: it stays good while columns are added, and at another gateway over the same files. */
function cursorOf({ name }: FrameColumn): string {
  return cursorText([name]);
}

function placesBetween(
  columns: readonly FrameColumn[],
  metrics: RunMetrics,
  { after, before }: PageArguments,
): { from: number; to: number } {
  const placeOf = (least: number) => {
    const place = columns.findIndex(({ id }) => id >= least);
    return place < 0 ? columns.length : place;
  };
  return {
    from: after == null ? 0 : placeOf(columnAt('after', after, metrics) + 1),
    to: before == null ? columns.length : placeOf(columnAt('before', before, metrics)),
  };
}

const nameAlone = z.tuple([z.string()]);

/** The number of the column that a cursor names. @param argument the cursor's */
function columnAt(argument: string, cursor: string, { table }: RunMetrics): number {
  const [name] = cursorContent(cursor, nameAlone) ?? [];
  if (name === undefined) throw notOfThisList(argument, cursor);
  const id = table.idOf(name);
  if (id === undefined) throw new CursorExpired(`${argument}: the run has no column '${name.slice(0, 100)}' any more`);
  return id;
}
