import { setTimeout } from 'node:timers/promises';
import { trainForever } from './write-demo.ts';

/** At four a second, ten minutes. */
const STEPS = 2400;

await trainForever(process.argv[2] ?? '', STEPS, async () => {
  await setTimeout(250);
  // However the process that started this one has ended, the channel between them is closed then.
  if (!process.connected) process.exit();
});
