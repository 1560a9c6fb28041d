/** All rows of a run through GraphQL as columns, beside the same rows as objects through GraphQL and through REST. */
import { join } from 'node:path';
import type { Bar } from '../harness/bars.ts';
import { withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { compare } from '../harness/measure.ts';
import type { Compared, Measured } from '../harness/measured.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { makeEvents } from '../inputs/events-data.ts';
import { FOUR_COLUMNS, METRICS } from '../inputs/events-file.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import { askGraphql, type GraphqlRequest, receiveGraphql } from './graphql-client.ts';
import type { GraphqlPlan } from './graphql-plan.ts';
import { ALL_ROWS, ROW_FIELDS, type RowsData, withPlainYoga } from './plain-yoga.ts';

const RUN = 'whole';
const QUERY = `query ($runId: ID!, $columns: [String!]!, $from: Float!) {
  run(runId: $runId) {
    metricsStep(columns: $columns, range: { from: $from }) { x series { values } }
  }
}`;

interface FrameData {
  readonly run: {
    readonly metricsStep: {
      readonly x: readonly number[];
      readonly series: readonly { readonly values: readonly number[] }[];
    };
  };
}

interface RestBody {
  readonly rows: readonly Readonly<Record<string, number>>[];
}

export async function measureFrame({ storage, rounds, rows }: GraphqlPlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'frame'));
  const { file } = await makeEvents(storage, FOUR_COLUMNS, rows);
  addRun(root, RUN, file);
  const compared = await withGateway(root, ({ url }) =>
    withPlainYoga(file, async (yogaUrl) => {
      const [gateway, yoga] = [new HttpClient(url), new HttpClient(yogaUrl)];
      const results = await compareFrames(gateway, yoga, rounds, `${rows / 1000}k rows × ${METRICS.length} columns`);
      gateway.close();
      yoga.close();
      return results;
    }),
  );
  return {
    compared,
    figures: [],
    bars: [
      barOf('a whole frame through GraphQL against row objects through plain yoga', compared[0]),
      barOf('the same, made anew', compared[1]),
    ],
  };
}

function barOf(name: string, { ratio }: Compared): Bar {
  return { name, figure: ratio, must: 'be at least', limit: 4, unit: '×' };
}

async function compareFrames(gateway: HttpClient, yoga: HttpClient, rounds: number, what: string): Promise<Compared[]> {
  let asked = 0;
  const frame = () => askGraphql<FrameData>(gateway, frameFrom(0));
  // A range that was not asked for before, though it leaves out no row.
  const newFrame = () => askGraphql<FrameData>(gateway, frameFrom(--asked));
  const frameBytes = () => receiveGraphql(gateway, frameFrom(0));
  const rows = () => askGraphql<RowsData>(yoga, ALL_ROWS);
  const rowBytes = () => receiveGraphql(yoga, ALL_ROWS);
  const restBytes = async () => (await gateway.get(metricsPath(RUN, null))).body;
  const restRows = async (): Promise<RestBody> => JSON.parse((await restBytes()).toString());
  const [plain, rest] = ['plain yoga, row objects', 'REST, row objects'];
  return [
    {
      name: `${what}, parsed`,
      rival: plain,
      ...(await compare({ rounds, ours: frame, theirs: rows, check: expectRowObjects })),
    },
    {
      name: `${what}, made anew, parsed`,
      rival: plain,
      ...(await compare({ rounds, ours: newFrame, theirs: rows, check: expectRowObjects })),
    },
    { name: `${what}, received`, rival: plain, ...(await compare({ rounds, ours: frameBytes, theirs: rowBytes })) },
    {
      name: `${what}, parsed`,
      rival: rest,
      ...(await compare({ rounds, ours: frame, theirs: restRows, check: expectRestRows })),
    },
    { name: `${what}, received`, rival: rest, ...(await compare({ rounds, ours: frameBytes, theirs: restBytes })) },
  ];
}

function frameFrom(from: number): GraphqlRequest {
  return { query: QUERY, variables: { runId: RUN, columns: METRICS, from } };
}

function expectRowObjects(frame: FrameData, { rows }: RowsData): void {
  expectColumns(frame, [rows.map(({ step }) => step), ...ROW_FIELDS.map((field) => rows.map((row) => row[field]))]);
}

function expectRestRows(frame: FrameData, { rows }: RestBody): void {
  expectColumns(
    frame,
    ['global_step', ...METRICS].map((name) => rows.map((row) => row[name])),
  );
}

/** @param wanted the steps, and the values of each metric */
function expectColumns(
  {
    run: {
      metricsStep: { x, series },
    },
  }: FrameData,
  wanted: readonly number[][],
): void {
  const columns = [x, ...series.map(({ values }) => values)];
  expectSameNumbers('columns', [columns.length], [wanted.length]);
  for (const [i, column] of columns.entries()) expectSameNumbers(`column ${i}`, column, wanted[i]);
}
