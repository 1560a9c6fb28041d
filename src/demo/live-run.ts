import { setTimeout } from 'node:timers/promises';
import { trainForever } from './write-demo.ts';

/** At four a second, ten minutes; the first run is two minutes old when it begins, so that there is something to see. */
const LENGTH = { steps: 2400, headStart: 480 };

await trainForever(process.argv[2] ?? '', LENGTH, async () => {
  await setTimeout(250);
  // However the process that started this one has ended, the channel between them is closed then.
  if (!process.connected) process.exit();
});
