import type { IngestReport } from '../src/metrics/content.ts';
import type { SkippedLine } from '../src/metrics/reading/read-events.ts';
import { builder } from './builder.ts';

const SkippedLineType = builder.objectRef<SkippedLine>('SkippedLine').implement({
  description: 'A line that is not valid: it was left out, and those behind it were read.',
  fields: (t) => ({
    line: t.expose('line', { type: 'SafeInt', description: 'Its number in the file, counted from 1.' }),
    reason: t.exposeString('reason', { description: 'What is wrong with it, for people to read.' }),
  }),
});

export const IngestReportType = builder.objectRef<IngestReport>('IngestReport').implement({
  description: "What was read of a run's events.jsonl, and what could not be.",
  fields: (t) => ({
    bytes: t.expose('bytes', {
      type: 'SafeInt',
      description: 'How many bytes of the file were read; 0 where there is none.',
    }),
    events: t.expose('events', {
      type: 'SafeInt',
      description: 'How many metric events it holds; others are not counted.',
    }),
    skippedLines: t.expose('skippedLines', {
      type: 'SafeInt',
      description:
        'How many lines are not valid. Blank lines and a last line that is still being written do not count.',
    }),
    firstSkipped: t.expose('firstSkipped', {
      type: SkippedLineType,
      nullable: true,
      description: 'The first of them; null where there is none.',
    }),
  }),
});
