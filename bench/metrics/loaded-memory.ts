/** What a run that was read adds to the memory of the gateway. */
import { join } from 'node:path';
import { withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { timing } from '../harness/measure.ts';
import type { Measured } from '../harness/measured.ts';
import { significant } from '../harness/table.ts';
import type { EventsData } from '../inputs/events-data.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import type { MetricsPlan } from './metrics-plan.ts';

const CELL_BYTES = 8;
/** Beside the metrics: the step, the timestamp, and `time` as logged. */
const CELLS_BESIDE = 3;
const METRIC_OVERHEAD = 1.3;
const FIXED_MB = 32;
const SPARSE_MB = 100;

export async function measureLoadedMemory({ storage, rounds, four, sparse, fifty }: MetricsPlan): Promise<Measured> {
  const ofFour = await memoryAdded(join(storage, 'memory-four'), four, fifty, rounds);
  const ofSparse = await memoryAdded(join(storage, 'memory-sparse'), sparse, fifty, rounds);
  // `time` is one of a shape's columns.
  const cells = four.events * (four.shape.columns - 1 + CELLS_BESIDE);
  const limit = (METRIC_OVERHEAD * cells * CELL_BYTES) / 1e6 + FIXED_MB;
  return {
    compared: [],
    figures: [four, sparse].map(({ events, shape }, i) => {
      const { median, lowest, highest } = [ofFour, ofSparse][i];
      return {
        name: `memory added by a loaded run, ${events / 1000}k × ${shape.name}`,
        text: `${significant(median)} MB (${significant(lowest)}–${significant(highest)})`,
      };
    }),
    bars: [
      { name: 'memory added by the loaded run', figure: ofFour.median, must: 'be at most', limit, unit: ' MB' },
      {
        name: 'memory added by the sparse run',
        figure: ofSparse.median,
        must: 'be at most',
        limit: SPARSE_MB,
        unit: ' MB',
      },
    ],
  };
}

/** In MB, each time in a new gateway, which has read another run before. */
async function memoryAdded(root: string, data: EventsData, warmUp: EventsData, rounds: number) {
  makeStorage(root);
  addRun(root, 'warm-up', warmUp.file);
  addRun(root, 'loaded', data.file);
  const added: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await withGateway(root, async ({ url, usage }) => {
      const client = new HttpClient(url);
      await client.drain(metricsPath('warm-up', warmUp.downsample));
      const before = await usage();
      await client.drain(metricsPath('loaded', data.downsample));
      const after = await usage();
      added.push((after.resident - before.resident) / 1e6);
      client.close();
    });
  }
  return timing(added);
}
