import { setTimeout } from 'node:timers/promises';
import type { DemoReport } from './start-demo.ts';
import { trainForever, writeDemoStorage } from './write-demo.ts';

/** At four a second, ten minutes; the first run is two minutes old when it begins, so that there is something to see. */
const LENGTH = { steps: 2400, headStart: 480 };

// However the process that started this one has ended, the channel between them is closed then.
process.once('disconnect', () => process.exit());

const directory = process.argv[2] ?? '';
const report: DemoReport = await writeDemoStorage(directory).then(
  () => ({ failure: null }),
  (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
);
process.send?.(report);
if (report.failure === null) await trainForever(directory, LENGTH, () => setTimeout(250));
