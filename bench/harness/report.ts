/** Turns results into a Markdown page and says where they were measured. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { type Bar, renderBars } from './bars.ts';
import { renderTable } from './table.ts';

/** A part of the report, and the bars that its figures must pass. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  readonly bars: readonly Bar[];
}

export interface Report {
  readonly commit: string;
  readonly command: string;
  readonly sections: readonly Section[];
}

/** @returns a Markdown page */
export function renderReport({ commit, command, sections }: Report): string {
  const bars = sections.flatMap((section) => section.bars);
  return [
    '# Benchmark results',
    '',
    'Written by `npm run bench`; `bench/README.md` says what is measured and how to read it.',
    ...(bars.length === 0 ? [] : ['', '## Bars', '', ...renderBars(bars)]),
    ...sections.flatMap(({ title, lines }) => ['', `## ${title}`, '', ...lines]),
    '',
    ...renderTable([['measured on', ''], ...surroundings(commit, command)]),
    '',
  ].join('\n');
}

function surroundings(commit: string, command: string): string[][] {
  const cores = cpus();
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['commit', commit],
    ['command', `\`${command}\``],
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
