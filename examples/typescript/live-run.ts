import type { Client } from 'graphql-ws/client';
import { ask } from './client.ts';
import type { CurvesQueryVariables, LiveRowsSubscription } from './generated/graphql.js';
import { type HeldMetrics, holdFrame, mergeDelta } from './merge-delta.ts';
import { CURVES, LIVE_ROWS } from './operations.ts';

/** A run of a chart, and its rows as far as they are known. */
export interface LiveRun {
  readonly runId: string;
  readonly held: HeldMetrics;
}

/** Milliseconds before a subscription that ended too early is asked for again. */
const PAUSE = 1000;

/** The runs as they are now, all by one request. */
export async function loadRuns(url: string, selection: CurvesQueryVariables): Promise<readonly LiveRun[]> {
  const { compareRuns } = await ask(url, CURVES, selection);
  return compareRuns.map(({ runId, result }) => {
    if (result.__typename !== 'MetricFrame') throw new Error(result.message);
    return { runId, held: holdFrame(result) };
  });
}

/** Keeps a run up to date until it has ended or `signal` says so. @param onChange called when something has changed */
export async function followRun(
  socket: Client,
  { runId, held }: LiveRun,
  columns: readonly string[],
  onChange: () => void,
  signal?: AbortSignal,
): Promise<void> {
  // Read anew whenever the socket reconnects: the stream goes on behind what is held.
  const variables = {
    runId,
    columns,
    get after() {
      return held.cursor;
    },
  };
  for (;;) {
    const events = socket.iterate<LiveRowsSubscription>({ query: String(LIVE_ROWS), variables });
    signal?.addEventListener('abort', () => void events.return?.(), { once: true });
    for await (const { data, errors } of events) {
      if (errors || !data) throw new Error(errors?.map(({ message }) => message).join('\n') ?? 'an empty answer');
      mergeDelta(held, data.metrics);
      onChange();
      if (data.metrics.__typename === 'StreamEnd') return;
    }
    if (signal?.aborted) return;
    // The gateway stopped: another may start.
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** As uPlot takes it: the steps, and a curve for each of the columns. */
export function chartData({ held }: LiveRun, columns: readonly string[]): [number[], ...(number | null)[][]] {
  return [held.x, ...columns.map((name) => held.series.get(name) ?? held.x.map(() => null))];
}
