/** What a run that grew by 100 rows costs at the next request, beside the sampling alone. */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { withGateway } from '../harness/gateway-process.ts';
import { HttpClient, metricsPath } from '../harness/http-client.ts';
import { compare } from '../harness/measure.ts';
import type { Measured } from '../harness/measured.ts';
import { writeEvents } from '../inputs/events-file.ts';
import { addRun, makeStorage } from '../inputs/run-store.ts';
import type { MetricsPlan } from './metrics-plan.ts';
import { jointLttb } from './ours.ts';
import { type ParsedEvents, readByJsonParse } from './rivals.ts';
import { expectSampleOf, heldRunOf } from './same-answer.ts';

const APPENDED = 100;

/** The file grows for this, and is cut back to what it was. */
export async function measureAppendedRead({ storage, quickRounds: rounds, four }: MetricsPlan): Promise<Measured> {
  const { file, shape, events, bytes, downsample } = four;
  const root = makeStorage(join(storage, 'appended'));
  addRun(root, 'growing', file);
  await writeEvents(file, shape, events, events + (rounds + 1) * APPENDED);
  const all = readByJsonParse(file);
  await truncate(file, bytes);
  try {
    const comparing = await withGateway(root, async ({ url }) => {
      const client = new HttpClient(url);
      const path = metricsPath('growing', downsample);
      await client.drain(path);
      let written = events;
      let parsed = all;
      let held = heldRunOf(all);
      const result = await compare({
        rounds,
        prepare: async () => {
          await writeEvents(file, shape, written, written + APPENDED);
          written += APPENDED;
          parsed = firstEvents(all, written);
          held = heldRunOf(parsed);
        },
        ours: () => client.get(path),
        theirs: () => jointLttb(held, downsample),
        check: ({ body }) => expectSampleOf(body, parsed, downsample),
      });
      client.close();
      return result;
    });
    return {
      compared: [{ name: `the answer after ${APPENDED} appended rows`, rival: 'Joint LTTB alone', ...comparing }],
      figures: [],
      bars: [
        {
          name: `the answer after ${APPENDED} appended rows, against Joint LTTB alone`,
          figure: 1 / comparing.ratio,
          must: 'be at most',
          limit: 2,
          unit: '×',
        },
      ],
    };
  } finally {
    await truncate(file, bytes);
  }
}

/** @param all events that all have every column */
function firstEvents({ timestamps, columns }: ParsedEvents, count: number): ParsedEvents {
  return {
    timestamps: timestamps.subarray(0, count),
    columns: new Map(
      [...columns].map(([name, { rows, values }]) => [name, { rows, values: values.subarray(0, count) }]),
    ),
  };
}
