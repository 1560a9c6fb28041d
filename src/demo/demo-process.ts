import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { DemoReport } from './start-demo.ts';
import { trainForever, writeDemoStorage } from './write-demo.ts';

/** At four a second, ten minutes; the first run is two minutes old when it begins, so that there is something to see. */
const LENGTH = { steps: 2400, headStart: 480 };

const directory = process.argv[2] ?? '';
// However the process that started this one has ended, the channel between them is closed then: it may be already.
process.once('disconnect', leave);
if (!process.connected) leave();
// A terminal sends these to both processes, when a key is pressed or it is closed.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

const report: DemoReport = await writeDemoStorage(directory).then(
  () => ({ failure: null }),
  (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
);
process.send?.(report);
if (report.failure === null) await trainForever(directory, LENGTH, () => setTimeout(250));

/** Removes what the process that was killed has not. */
function leave(): never {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}
