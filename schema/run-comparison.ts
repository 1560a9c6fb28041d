import { z } from 'zod';
import { mapLimited } from '../src/concurrency.ts';
import { BadUserInput, DataUnreadable, RunNotFound, RunTooLarge, StorageTimeout } from '../src/errors.ts';
import { type Frame, type FrameRequest, mostListedOf } from '../src/metrics/answers/frame.ts';
import type { Axis } from '../src/metrics/table/axis.ts';
import { builder, type GraphContext, inTurn } from './builder.ts';
import { frameCost } from './cost.ts';
import { frameRequest, type MetricArguments, metricArguments } from './metric-arguments.ts';
import { AxisEnum, MetricFrameType } from './metric-frame.ts';
import { readMetrics } from './run.ts';

const MOST_RUNS = 100;
const MOST_COLUMNS = 100;
/** Frames stay in memory until they are sent: those of one answer may take 200 MB. */
const MOST_CELLS = 25_000_000;

/** Why a run has no frame, while others may have theirs. */
interface RunFailure {
  readonly runId: string;
  readonly error: RunNotFound | DataUnreadable | StorageTimeout | RunTooLarge;
}

interface RunComparison {
  readonly runId: string;
  readonly result: Frame | RunFailure;
}

interface ComparisonArguments extends MetricArguments {
  readonly runIds: readonly string[];
  readonly axis: Axis;
  readonly columns: readonly string[];
}

const ErrorType = builder.interfaceRef<RunFailure>('Error').implement({
  description: 'Why there is no answer in its place.',
  fields: (t) => ({
    message: t.string({ description: 'What is wrong, for people to read.', resolve: ({ error }) => error.message }),
  }),
});

function failureType(name: string, description: string) {
  return builder.objectRef<RunFailure>(name).implement({
    description,
    interfaces: [ErrorType],
    fields: (t) => ({ runId: t.exposeID('runId', { description: 'The run, as it was asked for.' }) }),
  });
}

const DataUnreadableType = failureType(
  'DataUnreadable',
  "The run's events.jsonl is there but cannot be read, or its storage does not answer.",
);

const FAILURE_TYPES = {
  RUN_NOT_FOUND: failureType('RunNotFound', 'There is no such run, or it is deleted.'),
  DATA_UNREADABLE: DataUnreadableType,
  STORAGE_TIMEOUT: DataUnreadableType,
  RUN_TOO_LARGE: failureType(
    'RunTooLarge',
    'The run takes more memory than the gateway has for one, or has more than 100 000 columns.',
  ),
};

const RunComparisonResultType = builder.unionType('RunComparisonResult', {
  description: 'The frame of a run, or why it has none: `... on Error { message }` tells it for every reason.',
  types: [MetricFrameType, ...new Set(Object.values(FAILURE_TYPES))],
  resolveType: (result) => ('error' in result ? FAILURE_TYPES[result.error.code] : MetricFrameType),
});

const RunComparisonType = builder.objectRef<RunComparison>('RunComparison').implement({
  description: 'One of the runs that are compared.',
  fields: (t) => ({
    runId: t.exposeID('runId', { description: 'The run, as it was asked for.' }),
    result: t.expose('result', { type: RunComparisonResultType, description: 'Its frame, or why it has none.' }),
  }),
});

builder.queryField('compareRuns', (t) =>
  t.field({
    type: [RunComparisonType],
    description:
      'The same columns of several runs, for one chart: a frame for each run, in the order of `runIds`. A run that is ' +
      'missing or cannot be read takes nothing from the others. All frames together may hold ' +
      `${MOST_CELLS} values (those of \`x\` too): more are refused with BAD_USER_INPUT.`,
    args: {
      runIds: t.arg.idList({
        required: true,
        description: `The \`runId\`s of the runs: ${MOST_RUNS} at most. An empty list has an empty answer.`,
        validate: z.array(z.unknown()).superRefine(atMost(MOST_RUNS)),
      }),
      axis: t.arg({
        type: AxisEnum,
        required: true,
        defaultValue: 'step',
        description: 'What `x` is: steps or seconds.',
      }),
      ...metricArguments(),
      columns: t.arg.stringList({
        required: true,
        description: `The names of the columns, as logged: ${MOST_COLUMNS} at most. Those that a run does not have go to its \`missingColumns\`.`,
        validate: z.array(z.unknown()).superRefine(atMost(MOST_COLUMNS)),
      }),
    },
    complexity: ({ runIds, ...selection }) => {
      const runs = Math.min(runIds.length, MOST_RUNS);
      return { field: runs * frameCost(selection), multiplier: runs };
    },
    resolve: (_root, args, context) => compareRuns(args, context),
  }),
);

function atMost(most: number): (list: readonly unknown[], check: z.RefinementCtx) => void {
  return ({ length }, check) => {
    if (length > most) check.addIssue(`${length} are more than ${most}`);
  };
}

/** Some runs at a time: no more of them need be in memory, and the cache may drop those whose frames are made. */
async function compareRuns(
  { runIds, axis, ...selection }: ComparisonArguments,
  context: GraphContext,
): Promise<RunComparison[]> {
  const series = selection.columns.length + (selection.derived?.length ?? 0);
  const mostListed = mostListedOf(runIds.length * series);
  const request = { ...frameRequest(axis, selection), mostListed };
  let [runs, cells] = [0, 0];
  const take = (more: number) => {
    runs += 1;
    cells += more;
    context.countCells?.(more);
    if (cells <= MOST_CELLS) return;
    throw new BadUserInput(
      `compareRuns: an answer may hold ${MOST_CELLS} cells, and of the ${runIds.length} runs asked for ${runs} alone have ` +
        `${cells}: give downsample fewer points, or ask for a smaller range, fewer columns or fewer runs`,
    );
  };
  return mapLimited(runIds, async (runId) => ({
    runId,
    result: await inTurn(context, () => frameOf(runId, request, context, take)),
  }));
}

async function frameOf(
  runId: string,
  request: FrameRequest,
  context: GraphContext,
  take: (cells: number) => void,
): Promise<Frame | RunFailure> {
  try {
    const run = await context.catalog.locate(runId);
    if (run === undefined) throw new RunNotFound(`there is no run '${runId.slice(0, 100)}'`);
    const metrics = await readMetrics(run, context);
    take(await metrics.mostCells(request));
    return await metrics.frame(request);
  } catch (error) {
    if (!concernsOneRun(error)) throw error;
    if (error.status >= 500) context.reportFailure?.('compareRuns', error);
    return { runId, error };
  }
}

function concernsOneRun(error: unknown): error is RunFailure['error'] {
  return (
    error instanceof RunNotFound ||
    error instanceof DataUnreadable ||
    error instanceof StorageTimeout ||
    error instanceof RunTooLarge
  );
}
