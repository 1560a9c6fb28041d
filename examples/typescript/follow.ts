import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { connect } from './client.ts';
import { chartData, followRun, type LiveRun, loadRuns } from './live-run.ts';

/** Prints the newest values of some columns of some runs while they train: `npm run follow -- RUN… --column loss`. */
const { positionals: runIds, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:23300' },
    column: { type: 'string', multiple: true, default: [] },
  },
});
const { url, column: columns } = options;
if (runIds.length === 0) {
  console.error('usage: npm run follow -- RUN_ID... [--column NAME]... [--url URL]');
  process.exit(2);
}
const socket = connect(url, { webSocketImpl: WebSocket });

async function follow(run: LiveRun): Promise<void> {
  const print = () => {
    const [step, ...newest] = chartData(run, columns).map((values) => values.at(-1));
    console.log(run.runId, `step ${step}`, ...columns.map((name, i) => `${name} ${newest[i]}`));
  };
  print();
  await followRun(socket, run, columns, print);
  console.log(run.runId, 'has ended');
}

const runs = await loadRuns(url, { runIds, columns, downsample: { points: 2000 } });
await Promise.all(runs.map(follow));
