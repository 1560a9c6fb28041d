/** Turns results into a Markdown table and says where they were measured. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Memory, Result } from './comparisons.ts';
import { renderLogs } from './log-report.ts';
import type { LogResults } from './logs.ts';
import { grouped, renderTable, renderTiming, significant } from './table.ts';

export interface Report {
  readonly commit: string;
  readonly events: number;
  readonly metrics: number;
  readonly megabytes: number;
  readonly results: readonly Result[];
  readonly memory: Memory;
  readonly logs: LogResults;
}

/** @returns a Markdown page */
export function renderReport({ commit, events, metrics, megabytes, results, memory, logs }: Report): string {
  return [
    '# Benchmark results',
    '',
    'Written by `npm run bench`; `bench/README.md` says what is measured and how to read it.',
    '',
    '## Metrics',
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
    ...renderLogs(logs),
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
