import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll } from 'vitest';
import { trainForever, writeDemoStorage } from '../../src/demo/write-demo.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

/** As the demo has it; it takes a step whenever a test says so. */
const LIVE = { steps: 2400, headStart: 480 };

/** The demo storage, with its live run, and a gateway that serves it, for the tests of one file. */
export function useDemo() {
  const directory = useTemporaryDirectory();
  const steps = new EventEmitter();
  const ended = new AbortController();
  let training: Promise<void>;
  let gateway: TestGateway;
  const ids = new Map<string, string>();

  async function pause(): Promise<void> {
    steps.emit('taken');
    await once(steps, 'go', { signal: ended.signal });
  }

  beforeAll(async () => {
    await writeDemoStorage(directory());
    const begun = once(steps, 'taken');
    training = trainForever(directory(), LIVE, pause).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
    await begun;
    gateway = await startTestGateway(directory());
    const runs = (await gateway.request('/api/runs')).json();
    for (const { id, alias } of Array.isArray(runs) ? runs : []) ids.set(alias ?? id, id);
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    ended.abort();
    await training;
  });

  function idOf(alias: string): string {
    const id = ids.get(alias);
    if (id === undefined) throw new Error(`the demo has no run '${alias}'`);
    return id;
  }

  return {
    idOf,
    origin: () => gateway.url,
    gateway: () => gateway,
    /** An address, in which `{alias}` stands for the id of a run. */
    at: (address: string) => address.replaceAll(/\{(.+?)\}/g, (_, alias: string) => idOf(alias)),
    /** Has the live run take so many steps. Each is on disk then. */
    async train(count: number): Promise<void> {
      for (let taken = 0; taken < count; taken++) {
        const next = once(steps, 'taken');
        steps.emit('go');
        await next;
      }
    },
    stop: () => gateway.close(),
    /** Where it was before. */
    async startAgain(): Promise<void> {
      gateway = await startTestGateway(directory(), { port: Number(new URL(gateway.url).port) });
    },
  };
}
