/** Many runs compared in one request, beside a request over REST for each of them. */
import { join } from 'node:path';
import { withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { compare, compareTimed, time } from '../harness/measure.ts';
import type { Measured } from '../harness/measured.ts';
import { expectSameNumbers } from '../harness/same-numbers.ts';
import { makeEvents } from '../inputs/events-data.ts';
import { FOUR_COLUMNS, METRICS } from '../inputs/events-file.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import type { MetricsBody } from '../metrics/same-answer.ts';
import { askGraphql } from './graphql-client.ts';
import type { GraphqlPlan } from './graphql-plan.ts';

const QUERY = `query ($runIds: [ID!]!, $columns: [String!]!, $points: Int!) {
  compareRuns(runIds: $runIds, columns: $columns, downsample: { points: $points }) {
    runId
    result { ... on MetricFrame { x series { name values } } ... on Error { message } }
  }
}`;

interface Comparison {
  readonly runId: string;
  readonly result: {
    readonly x: readonly number[];
    readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  };
}

export async function measureCompare({ storage, rounds, compared: sizes }: GraphqlPlan): Promise<Measured> {
  const { points, coldRounds } = sizes;
  const root = makeStorage(join(storage, 'compared'));
  const { file } = await makeEvents(storage, FOUR_COLUMNS, sizes.events);
  const ids = Array.from({ length: sizes.runs }, (_, i) => `compared-${i}`);
  for (const id of ids) addRun(root, id, file);
  const inNewGateway = <Answer>(ask: (client: HttpClient) => Promise<Answer>) =>
    withClient(root, (client) => time(() => ask(client)));
  const cold = await compareTimed({
    rounds: coldRounds,
    ours: () => inNewGateway((client) => compareRuns(client, ids, points)),
    theirs: () => inNewGateway((client) => askEach(client, ids, points)),
    check: expectSameRuns,
  });
  const [again, anew] = await withClient(root, async (client) => {
    // Some number that was not asked for before.
    let newPoints = points;
    return [
      await compare({
        rounds,
        ours: () => compareRuns(client, ids, points),
        theirs: () => askEach(client, ids, points),
        check: expectSameRuns,
      }),
      await compare({
        rounds,
        prepare: () => void newPoints++,
        ours: () => compareRuns(client, ids, newPoints),
        theirs: () => askEach(client, ids, newPoints),
        check: expectSameRuns,
      }),
    ];
  });
  const rival = `${ids.length} REST requests at once`;
  const what = `\`compareRuns\`, ${ids.length} of ${sizes.events / 1000}k × ${METRICS.length} columns → ${points}`;
  return {
    compared: [
      { name: `${what}, cold`, rival, ...cold },
      { name: `${what}, again`, rival, ...again },
      { name: `${what}, made anew`, rival, ...anew },
    ],
    figures: [],
    bars: [],
  };
}

/** Runs `use` with a client of a new gateway. */
function withClient<Result>(root: string, use: (client: HttpClient) => Promise<Result>): Promise<Result> {
  return withGateway(root, async ({ url }) => {
    const client = new HttpClient(url);
    try {
      return await use(client);
    } finally {
      client.close();
    }
  });
}

async function compareRuns(
  client: HttpClient,
  runIds: readonly string[],
  points: number,
): Promise<readonly Comparison[]> {
  const variables = { runIds, columns: METRICS, points };
  const data = await askGraphql<{ readonly compareRuns: readonly Comparison[] }>(client, { query: QUERY, variables });
  return data.compareRuns;
}

function askEach(client: HttpClient, runIds: readonly string[], points: number): Promise<readonly MetricsBody[]> {
  return Promise.all(
    runIds.map(async (id): Promise<MetricsBody> => {
      const { body } = await client.get(metricsPath(id, points));
      return JSON.parse(body.toString());
    }),
  );
}

function expectSameRuns(comparisons: readonly Comparison[], bodies: readonly MetricsBody[]): void {
  expectSameNumbers('runs', [comparisons.length], [bodies.length]);
  for (const [run, { result }] of comparisons.entries()) {
    const columns = [{ name: 'global_step', values: result.x }, ...result.series];
    expectSameNumbers('columns', [columns.length], [bodies[run].columns.length]);
    for (const { name, values } of columns) {
      expectSameNumbers(
        name,
        values,
        bodies[run].rows.map((row) => row[name] ?? Number.NaN),
      );
    }
  }
}
