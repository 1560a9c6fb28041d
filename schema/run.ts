import type { Frame } from '../src/metrics/answers/frame.ts';
import type { RunMetrics } from '../src/metrics/run-metrics.ts';
import type { Axis } from '../src/metrics/table/axis.ts';
import { growingFile } from '../src/runs/growing-file.ts';
import { runFiles } from '../src/runs/run-files.ts';
import type { BestMetric, RunRecord } from '../src/runs/run-record.ts';
import { builder, type GraphContext, inTurn } from './builder.ts';
import { COLUMN_PAGE, ColumnConnectionType, ColumnInfoType, columnArguments, columnPage } from './column-connection.ts';
import { frameCost, pageCost } from './cost.ts';
import { IngestReportType } from './ingest-report.ts';
import { LogConnectionType, logArguments, logCost } from './log-connection.ts';
import { renderOf } from './log-render.ts';
import { frameRequest, type MetricArguments, metricArguments } from './metric-arguments.ts';
import { MetricFrameType } from './metric-frame.ts';
import { RunStatusEnum } from './run-status.ts';

const BestMetricType = builder.objectRef<BestMetric>('BestMetric').implement({
  description: 'The best value of the metric that a run declared as its primary one.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the column.' }),
    value: t.exposeFloat('value', { nullable: true, description: 'The value. Null where it is not finite.' }),
    step: t.expose('step', {
      type: 'SafeInt',
      nullable: true,
      description: 'The step at which it was reached. Null where the run does not say.',
    }),
  }),
});

/** What an argument `runId` is. */
export const RUN_ID = 'The `runId` of the run: the name of its directory.';

const NULL_IF_UNREADABLE = 'Null, with an error DATA_UNREADABLE, where events.jsonl is there but cannot be read.';
const NULL_IF_LOG_UNREADABLE = 'Null, with an error DATA_UNREADABLE, where it is there but cannot be read.';

export const RunType = builder.objectRef<RunRecord>('Run');

builder.node(RunType, {
  description: 'A training run: a directory to which a job appends metrics and a console log.',
  id: { resolve: ({ id }) => id },
  loadOne: (id, { catalog }) => catalog.find(id),
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'directory' in value,
  fields: (t) => ({
    runId: t.field({
      type: 'ID',
      description: "The name of the run's directory, by which `Query.run`, the subscriptions and REST know it.",
      resolve: ({ id }) => id,
    }),
    path: t.exposeString('path', {
      nullable: true,
      description: 'The folder that it lies in, such as `vision/resnet`. Null where it lies in none.',
    }),
    alias: t.exposeString('alias', {
      nullable: true,
      description: 'What people call it. Null where it has no such name.',
    }),
    tags: t.exposeStringList('tags', { description: 'The words that it was marked with.' }),
    status: t.expose('status', { type: RunStatusEnum, description: 'Whether it is running, or how it ended.' }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created; where the run does not say, when its directory was last changed.',
      resolve: ({ createdAt }) => dateOf(createdAt),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended. Null where the run does not say, as while it is running.',
      resolve: ({ endedAt }) => (endedAt === null ? null : dateOf(endedAt)),
    }),
    hostname: t.exposeString('hostname', {
      nullable: true,
      description: 'The machine that it runs, or ran, on. Null where the run does not say.',
    }),
    bestMetric: t.expose('bestMetric', {
      type: BestMetricType,
      nullable: true,
      description: 'How good it was at its best. Null where it declared no primary metric.',
    }),
    summary: t.expose('summary', {
      type: 'JSON',
      nullable: true,
      description:
        'What the job wrote into summary.json, with null for NaN and infinities. Null where there is no such file.',
    }),
    config: t.expose('config', {
      type: 'JSON',
      nullable: true,
      description: 'Its hyperparameters, as they are in assets.json. Null where there are none.',
    }),
    // What comes from the events file is nullable: one that cannot be read shall not take a whole list of runs along.
    metrics: t.field({
      type: MetricFrameType,
      nullable: true,
      description: `Metrics by time: \`x\` is seconds since the run's earliest event. ${NULL_IF_UNREADABLE}`,
      args: metricArguments(),
      complexity: frameCost,
      resolve: (run, args, context) => frame(run, 'time', args, context),
    }),
    metricsStep: t.field({
      type: MetricFrameType,
      nullable: true,
      description: `Metrics by training step: \`x\` is \`global_step\` in the file. ${NULL_IF_UNREADABLE}`,
      args: metricArguments(),
      complexity: frameCost,
      resolve: (run, args, context) => frame(run, 'step', args, context),
    }),
    columns: t.connection(
      {
        type: ColumnInfoType,
        nullable: true,
        description:
          'A page of the columns that the run has logged, without their points, in the order in which the file first shows ' +
          `them. It has ${COLUMN_PAGE.usual} columns unless \`first\` or \`last\` says otherwise, and ${COLUMN_PAGE.largest} at most. Cursors ` +
          `stay valid while columns are added. ${NULL_IF_UNREADABLE}`,
        args: columnArguments(),
        complexity: (args) => pageCost(args, COLUMN_PAGE),
        resolve: async (run, args, context) => columnPage(await inTurn(context, () => readMetrics(run, context)), args),
      },
      ColumnConnectionType,
    ),
    logs: t.field({
      type: LogConnectionType,
      nullable: true,
      description:
        'A page of the finished lines of logs.txt, from the start unless `last` is given. With `contains` the work ' +
        `for a page is bounded: it may hold fewer lines than asked for, or none, and yet not be the last. ${NULL_IF_LOG_UNREADABLE}`,
      args: logArguments(),
      complexity: logCost,
      resolve: (run, args, context) =>
        inTurn(context, () => {
          const file = growingFile(context.catalog, run, 'logs');
          return context.logs.page(file, { ...args, render: renderOf(args.render) });
        }),
    }),
    ingest: t.field({
      type: IngestReportType,
      nullable: true,
      description: `What was read of events.jsonl, and what could not be. ${NULL_IF_UNREADABLE}`,
      resolve: async (run, _args, context) => (await inTurn(context, () => readMetrics(run, context))).ingest,
    }),
  }),
});

function frame(run: RunRecord, axis: Axis, args: MetricArguments, context: GraphContext): Promise<Frame> {
  return inTurn(context, async () => {
    const request = frameRequest(axis, args);
    const metrics = await readMetrics(run, context);
    context.countCells?.(await metrics.mostCells(request));
    return metrics.frame(request);
  });
}

/** The metrics of the run in a directory, with everything that was written before the call. */
export function readMetrics(
  run: Pick<RunRecord, 'directory'>,
  { metrics, tellCost }: GraphContext,
): Promise<RunMetrics> {
  return metrics.read(runFiles(run.directory).events, tellCost);
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
