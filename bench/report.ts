/** Turns results into a Markdown table and says where they were measured. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Memory, Result } from './comparisons.ts';
import type { Timing } from './measure.ts';

export interface Report {
  readonly commit: string;
  readonly events: number;
  readonly metrics: number;
  readonly megabytes: number;
  readonly results: readonly Result[];
  readonly memory: Memory;
}

/** @returns a Markdown page */
export function renderReport({ commit, events, metrics, megabytes, results, memory }: Report): string {
  return [
    '# Benchmark results',
    '',
    'Written by `npm run bench`; `bench/README.md` says what is measured and how to read it.',
    '',
    `One run of ${grouped(events)} events × ${metrics} metrics, ${Math.round(megabytes)} MB.`,
    'Median (lowest–highest) of the rounds; the last column is how many times as long the rival takes.',
    '',
    ...renderTable([
      ['measured', 'Runlens', 'rival', "rival's time", 'ratio'],
      ...results.map((result) => [
        result.name,
        renderTiming(result.ours, result.work?.megabytes),
        result.rival,
        renderTiming(result.theirs, result.work?.megabytes),
        `${significant(result.ratio)}×`,
      ]),
    ]),
    '',
    'Peak resident memory of a process that does one cold read and nothing else: ' +
      `Runlens ${Math.round(memory.ours / 1e6)} MB, \`JSON.parse\` a line ${Math.round(memory.theirs / 1e6)} MB.`,
    '',
    ...renderTable([['measured on', ''], ...surroundings(commit)]),
    '',
  ].join('\n');
}

function surroundings(commit: string): string[][] {
  const cores = cpus();
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['commit', commit],
    ['command', '`npm run bench`'],
    ['node', process.version],
    ['machine', `${process.platform} ${process.arch}, ${cores[0]?.model.trim() ?? 'unknown processor'}`],
    ['cores', String(cores.length)],
    ['memory', `${Math.round(totalmem() / 1024 ** 3)} GiB`],
  ];
}

/** @returns the commit that is checked out, and whether the tree differs from it */
export function checkedOutCommit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'unknown (no git repository)';
  }
}

/** Columns are padded, so that the table can be read as text too. */
function renderTable([head, ...body]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...body].map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

function renderTiming({ median, lowest, highest }: Timing, megabytes: number | undefined): string {
  const rate = megabytes === undefined ? '' : `, ${Math.round((megabytes / median) * 1000)} MB/s`;
  return `${significant(median)} ms (${significant(lowest)}–${significant(highest)})${rate}`;
}

/** Three significant digits, or all those before the point. */
function significant(value: number): string {
  return value >= 100 ? grouped(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
