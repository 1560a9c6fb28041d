/** LTTB over columns in memory, beside others' LTTB. */
import { availableParallelism } from 'node:os';
import { compare } from '../harness/measure.ts';
import type { Compared, Measured } from '../harness/measured.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { METRICS } from '../inputs/events-file.ts';
import { ClickHouse } from './clickhouse.ts';
import type { MetricsPlan } from './metrics-plan.ts';
import { holdRun, jointLttb, lttb } from './ours.ts';
import { downsamplePoints, downsampleRows, readByJsonParse } from './rivals.ts';
import { stepsOf } from './same-answer.ts';

export async function measureSampling({ quickRounds: rounds, four }: MetricsPlan): Promise<Measured> {
  const { file, events, downsample: wanted } = four;
  const { columns } = readByJsonParse(file);
  const x = stepsOf(columns);
  const curves = METRICS.map((name) => columns.get(name)?.values ?? new Float64Array());
  const [y] = curves;
  const toPoints = () => Array.from(x, (value, i): [number, number] => [value, y[i]]);
  const points = toPoints();
  const rowNumbers = Uint32Array.from(x.keys());
  const held = holdRun(
    x,
    curves.map((curve) => ({ rows: null, y: curve })),
  );
  const ours = () => lttb(x, y, wanted);
  const name = `LTTB, ${events / 1000}k → ${wanted}, one column`;

  const documented = await compare({
    rounds,
    ours,
    theirs: () => downsamplePoints(points, wanted),
    check: (mine, chosen) => expectSameNumbers('LTTB', mine, stepsOfPoints(chosen)),
  });
  const converted = await compare({
    rounds,
    ours,
    theirs: () => downsamplePoints(toPoints(), wanted),
    check: (mine, chosen) => expectSameNumbers('LTTB', mine, stepsOfPoints(chosen)),
  });
  const fastest = await compare({
    rounds,
    ours,
    theirs: () => downsampleRows(rowNumbers, x, y, wanted),
    check: (mine, chosen) => expectSameNumbers('LTTB', mine, chosen),
  });
  const clickhouse = new ClickHouse();
  clickhouse.readEvents(file);
  clickhouse.makeCurve();
  const byThreads = (threads: number) =>
    compare({
      rounds,
      ours,
      theirs: () => clickhouse.lttb(wanted, threads),
      check: (mine, chosen) => expectSameNumbers('LTTB', mine, ClickHouse.xOf(chosen)),
    });
  const allCores = await byThreads(availableParallelism());
  const oneThread = await byThreads(1);
  clickhouse.close();
  const single = await compare({
    rounds,
    ours: () => jointLttb(held, wanted),
    theirs: ours,
    check: (mine, chosen) => expectSameNumbers('rows', [mine.length], [chosen.length]),
  });

  const compared: Compared[] = [
    { name, rival: 'npm `downsample`, ready-made points', ...documented },
    { name, rival: 'npm `downsample`, the columns made into points first', ...converted },
    { name, rival: 'npm `downsample`, its fastest form', ...fastest },
    { name, rival: `ClickHouse \`lttb\`, ${availableParallelism()} threads`, ...allCores },
    { name, rival: 'ClickHouse `lttb`, 1 thread', ...oneThread },
    {
      name: `Joint LTTB, ${events / 1000}k × ${curves.length} → ${wanted}`,
      rival: 'LTTB, one column',
      ...single,
    },
  ];
  return {
    compared,
    figures: [],
    bars: [
      {
        name: 'LTTB against npm `downsample`',
        figure: documented.ratio,
        must: 'be at least',
        limit: 60,
        unit: '×',
      },
      { name: 'LTTB against ClickHouse `lttb`', figure: allCores.ratio, must: 'be at least', limit: 5, unit: '×' },
      {
        name: 'Joint LTTB of 4 columns against LTTB of one',
        figure: 1 / single.ratio,
        must: 'be at most',
        limit: 5,
        unit: '×',
      },
    ],
  };
}

/** The steps of the file count its rows, so that the x of a point is its row. */
function stepsOfPoints(points: ArrayLike<unknown>): number[] {
  return Array.from(points, (point) => (Array.isArray(point) ? Number(point[0]) : Number.NaN));
}
