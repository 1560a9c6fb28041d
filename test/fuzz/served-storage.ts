import { makeStorage, metricsEvent, START, type TestStorage } from '../support/storage.ts';
import { GatewayProcess } from './gateway-process.ts';
import { HttpClient } from './http-client.ts';

const CURSORS = `{
  runs(first: 2) { pageInfo { endCursor } nodes { id } }
  run(runId: "grown") {
    metricsStep { cursor }
    metrics { cursor }
    columns(first: 1) { pageInfo { endCursor } }
    logs(first: 3) { pageInfo { startCursor endCursor } }
  }
}`;

/** A gateway over three runs, and the names by which clients may ask for something. */
export interface ServedStorage extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly client: HttpClient;
  /** Ids and cursors that it gave. */
  readonly known: readonly string[];
}

/** `grown` has ended, `growing` goes on for ever, and `empty` has nothing. */
export async function serveStorage(): Promise<ServedStorage> {
  const storage = await makeStorage();
  await addRuns(storage);
  const gateway = await GatewayProcess.start(storage.root);
  const client = new HttpClient();
  const answer = JSON.stringify(await client.graphql(gateway.url, CURSORS));
  const known = Array.from(
    answer.matchAll(/"(?:endCursor|startCursor|cursor|id)":"([^"]+)"/g),
    ([, text = '']) => text,
  );
  return {
    gateway,
    client,
    known,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await gateway.end();
      await storage.remove();
    },
  };
}

async function addRuns(storage: TestStorage): Promise<void> {
  const events = Array.from({ length: 300 }, (_, step) =>
    metricsEvent(step, { loss: step % 50 === 7 ? Number.NaN : 1 / step, stage: step < 20 ? 'warmup' : 'train' }),
  );
  const lines = Array.from({ length: 200 }, (_, i) => `line ${i}\u001b[32m green\u001b[0m\r${i} %\n`);
  const files = { 'logs.txt': lines.join('') };
  const status = { status: 'running', started_at: START };
  const meta = { created_at: START, hostname: 'elsewhere', pid: 1 };
  await storage.addRun('grown', { path: 'vision/resnet', events, files });
  await storage.addRun('growing', { events: events.slice(0, 20), meta, status, files });
  await storage.addRun('empty', { layout: 'legacy' });
}
