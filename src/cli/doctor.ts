import { Examination, type Extent } from '../doctor/examination.ts';
import { type Finding, KINDS } from '../doctor/findings.ts';
import type { StorageBounds } from '../storage/files.ts';
import { print } from './output.ts';

const PROGRESS_EVERY_MS = 100;

/** Prints what is wrong with a storage, or odd. The process then ends with 1 if anything is wrong. */
export async function printExamination(bounds: StorageBounds): Promise<void> {
  const examination = new Examination(bounds);
  const progress = showProgress(examination.extent);
  await examination.run((runs) => progress.show(runs));
  progress.end();
  const { findings, extent } = examination;
  const faults = findings.all.filter(({ kind }) => KINDS[kind].isFault);
  const oddities = findings.all.filter(({ kind }) => !KINDS[kind].isFault);
  const found = [...part('wrong', faults), ...part('odd', oddities)];
  await print([`${bounds.root}: ${extentText(extent)}`, ...found, ''].join('\n'));
  if (findings.hasFaults) process.exitCode = 1;
}

function part(title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [`nothing ${title}`];
  return [`${title}:`, ...findings.flatMap(linesOf)];
}

function linesOf({ kind, count, places }: Finding): string[] {
  const { one, many } = KINDS[kind];
  return [`  ${counted(count, one, many)}`, ...places.map((place) => `    ${printable(place)}`)];
}

function extentText({ runs, files, lines, bytes }: Extent): string {
  const read = [counted(runs, 'run', 'runs'), counted(files, 'file', 'files'), counted(lines, 'line', 'lines')];
  return `${read.join(', ')} of events in ${counted(bytes, 'byte', 'bytes')}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** On a terminal only. */
function showProgress(extent: Extent) {
  const { stderr } = process;
  let shownAt = Number.NEGATIVE_INFINITY;
  const clear = '\r\u001b[K';
  return {
    show(runs: number) {
      if (!stderr.isTTY || performance.now() - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = performance.now();
      stderr.write(`${clear}${extent.runs} of ${runs} runs, ${extent.lines} lines`);
    },
    end() {
      if (stderr.isTTY) stderr.write(clear);
    },
  };
}

/** Names come from files: they may neither break a line nor steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
