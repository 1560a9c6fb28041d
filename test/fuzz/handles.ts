import { setTimeout } from 'node:timers/promises';
import { Fault } from './fuzzer.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { Inspector } from './inspector.ts';

/** Kept connections are closed after 5 seconds, what nobody follows any more sooner. */
const MOST_MS = 20_000;
/** Between two looks. */
const PAUSE_MS = 250;
/** Threads come and go with the work, and so do what they wait with, and what they work on. */
const OF_THREADS: ReadonlySet<string> = new Set(['MessagePort', 'FSReqPromise', 'FSReqCallback', 'Immediate']);

type Counts = ReadonlyMap<string, number>;

/** What a gateway holds open while nobody asks it for anything. */
export class Handles {
  readonly #gateway: GatewayProcess;
  readonly #before: Counts;

  private constructor(gateway: GatewayProcess, before: Counts) {
    this.#gateway = gateway;
    this.#before = before;
  }

  /** As they are now: who asked for something before must have left. */
  static async of(gateway: GatewayProcess): Promise<Handles> {
    return new Handles(gateway, await countsOf(gateway));
  }

  /** Waits until there are no more than there were. Throws a Fault. */
  async checkReturned(): Promise<void> {
    const deadline = performance.now() + MOST_MS;
    for (;;) {
      if (!this.#gateway.isAlive) throw new Fault('the gateway ended');
      const now = await countsOf(this.#gateway);
      const grown = [...now].filter(([kind, count]) => count > (this.#before.get(kind) ?? 0));
      if (grown.length === 0) return;
      if (performance.now() > deadline) {
        const list = grown.map(([kind, count]) => `${kind}: ${count} instead of ${this.#before.get(kind) ?? 0}`);
        throw new Fault(`is left when everybody has gone: ${list.join(', ')}`);
      }
      await setTimeout(PAUSE_MS);
    }
  }
}

async function countsOf(gateway: GatewayProcess): Promise<Counts> {
  using inspector = await Inspector.connect(gateway.inspectorUrl);
  const resources = await inspector.activeResources();
  const descriptors = await gateway.descriptors();
  const counts = new Map([...resources].filter(([kind]) => !OF_THREADS.has(kind)));
  for (const [kind, count] of descriptors) counts.set(`descriptors of ${kind}`, count);
  return counts;
}
