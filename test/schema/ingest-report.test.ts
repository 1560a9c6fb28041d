import { appendFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { logged } from '../conformance/fixture.ts';
import { graphql } from '../generated/index.ts';
import { useGraph } from './graph.ts';

const graph = useGraph();

const INGEST = graphql(`
  query Ingest($runId: ID!) {
    run(runId: $runId) {
      ingest {
        bytes
        events
        skippedLines
        firstSkipped {
          line
          reason
        }
      }
    }
  }
`);

async function ingestOf(runId: string) {
  const { run } = await graph.ask(INGEST, { runId });
  return run?.ingest;
}

const EVENT = logged('{"step": 1, "loss": 1}');
const NOTHING = { bytes: 0, events: 0, skippedLines: 0, firstSkipped: null };

it('says that nothing was read where there is no file, or an empty one', async () => {
  expect(await ingestOf((await graph.serve()).id)).toEqual(NOTHING);
  expect(await ingestOf((await graph.serve({ events: '' })).id)).toEqual(NOTHING);
});

it('counts the bytes of the file and its metric events', async () => {
  const events = `${EVENT}${EVENT}{"type": "image", "data": {"损失": 1}}\n`;
  const { id } = await graph.serve({ events });
  expect(await ingestOf(id)).toEqual({
    bytes: Buffer.byteLength(events),
    events: 2,
    skippedLines: 0,
    firstSkipped: null,
  });
});

it('counts the lines that are not valid, blank ones not, and says what is wrong with the first', async () => {
  const { id, events } = await graph.serve({ events: `\n${EVENT}  \n[1]\n{"torn": \n${EVENT}` });
  const firstSkipped = { line: 4, reason: 'not a JSON object' };
  expect(await ingestOf(id)).toMatchObject({ events: 2, skippedLines: 2, firstSkipped });
  await appendFile(events, `nonsense\n${EVENT}`);
  expect(await ingestOf(id)).toMatchObject({ events: 3, skippedLines: 3, firstSkipped });
});

it('counts a last line that is not finished as an event if it is one, and never as skipped', async () => {
  const { id, events } = await graph.serve({ events: `${EVENT}{"type": "metr` });
  expect(await ingestOf(id)).toMatchObject({ events: 1, skippedLines: 0 });
  await appendFile(events, 'ics", "data": {}}');
  expect(await ingestOf(id)).toMatchObject({ events: 2, skippedLines: 0 });
  await appendFile(events, ' x\n');
  expect(await ingestOf(id)).toMatchObject({ events: 1, skippedLines: 1, firstSkipped: { line: 2 } });
});

it('has line numbers and bytes for large files in 53 bits', async () => {
  const { id } = await graph.serve({ events: `${'\n'.repeat(70_000)}x\n` });
  expect(await ingestOf(id)).toMatchObject({ bytes: 70_002, firstSkipped: { line: 70_001 } });
});
