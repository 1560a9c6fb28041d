import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { ask, connect } from './client.ts';
import type { Range } from './generated/graphql.js';
import { chartData, followRun, type LiveRun, loadRuns } from './live-run.ts';
import { NEWEST_RUNS } from './operations.ts';

addEventListener('error', ({ message }) => document.body.append(message));
addEventListener('unhandledrejection', ({ reason }) => document.body.append(String(reason)));

/** A chart of some columns of some runs: `?run=…&run=…&column=…`, of the newest runs unless told. */
const parameters = new URLSearchParams(location.search);
const url = parameters.get('gateway') ?? 'http://127.0.0.1:23300';
const columns = parameters.has('column') ? parameters.getAll('column') : ['train/loss'];
const runIds = parameters.has('run')
  ? parameters.getAll('run')
  : (await ask(url, NEWEST_RUNS, {})).runs.nodes.map(({ runId }) => runId);

const socket = connect(url);
let runs: readonly LiveRun[] = [];
let zoom: Range | null = null;
let shown = new AbortController();

const COLOURS = ['#3366cc', '#dc3912', '#109618', '#ff9900', '#990099', '#0099c6'];
const curves = runIds.flatMap((runId) => columns.map((column) => `${column} ${runId}`));
const plot = new uPlot(
  {
    width: innerWidth - 20,
    height: innerHeight - 100,
    series: [
      { label: 'step' },
      // A column that is logged now and then is a curve all the same.
      ...curves.map((label, i) => ({ label, stroke: COLOURS[i % COLOURS.length] ?? 'black', spanGaps: true })),
    ],
    scales: { x: { time: false, range: (_plot, min, max) => [zoom?.from ?? min, zoom?.to ?? max] } },
    cursor: { drag: { setScale: false } },
    hooks: { setSelect: [() => void show(selected())] },
  },
  [[]],
  document.querySelector('main') ?? document.body,
);
plot.over.addEventListener('dblclick', () => void show(null));

function selected(): Range {
  const { left, width } = plot.select;
  return { from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') };
}

function draw(): void {
  // Live rows are not thinned: when they have become many, the whole is, again.
  if (runs.some(({ held }) => held.x.length > 4 * points())) return void show(zoom);
  plot.setData(uPlot.join(runs.map((run) => chartData(run, columns))));
}

/** As many as there is room for; the gateway takes 100 at least. */
function points(): number {
  return Math.max(100, plot.width);
}

/** Asks for what there is, and follows from there. */
async function show(range: Range | null): Promise<void> {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  const downsample = { points: points() };
  const loaded = await loadRuns(url, { runIds, columns, range, downsample });
  if (signal.aborted) return;
  [runs, zoom] = [loaded, range];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  draw();
  for (const run of runs) void followRun(socket, run, columns, draw, signal);
}

await show(null);
