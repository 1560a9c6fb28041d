import { type Content, extend, NO_CONTENT } from './content.ts';
import { NOWHERE, positionOf } from './position.ts';
import { tagOf } from './reading/file-mark.ts';
import type { ReadState } from './reading/open-events.ts';
import type { EventsRead } from './reading/read-events.ts';
import { type AnswerTools, RunMetrics } from './run-metrics.ts';

/** What is kept of a run: its finished lines, and the answer, which adds a last line that has no end yet. */
export interface HeldRun {
  readonly state: ReadState;
  readonly finished: Content;
  readonly answer: RunMetrics;
  readonly tools: AnswerTools;
}

let lineages = 0;

/** @param before what was held, if more of the same file was read @param makeTools for a run that was not held */
export async function extendRun(
  before: HeldRun | undefined,
  state: ReadState,
  read: EventsRead,
  makeTools: () => AnswerTools,
): Promise<HeldRun> {
  const { finished, answer } = await extend(before?.finished ?? NO_CONTENT, read);
  const { mark, position, print } = state;
  const tools = before?.tools ?? makeTools();
  const printed = { inode: String(mark.inode), offset: position.offset, print };
  const snapshot = {
    tag: tagOf(mark),
    lineage: before?.answer.lineage ?? lineages++,
    position: positionOf(answer.table, finished.table.events, printed),
  };
  return { state, finished, answer: new RunMetrics(answer, snapshot, tools), tools };
}

/** The metrics of a run that has no events file. */
export function noMetrics(tools: AnswerTools): RunMetrics {
  return new RunMetrics(NO_CONTENT, { tag: 'missing', lineage: lineages++, position: NOWHERE }, tools);
}

/** What a run takes in memory. The answer's table shares its chunks with that of the finished lines. */
export function weigh({ answer: { table }, tools: { rowChunks } }: HeldRun): number {
  return Math.max(1, table.bytes + rowChunks.bytes);
}
