import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { makeStorage, type TestStorage } from '../support/storage.ts';
import { Fault, type Fuzzer } from './fuzzer.ts';
import { GatewayProcess } from './gateway-process.ts';
import { HttpClient } from './http-client.ts';
import type { Random } from './random.ts';
import { disturb, entriesOf } from './storage-trees.ts';
import { type PlainRun, plainWalk } from './storage-walk.ts';

const MOST_DEEDS = 30;
/** A list may be five seconds old where changes are not announced; on a busy machine it takes a little longer. */
const MOST_MS = 15_000;

const listed = z.array(
  z.object({ id: z.string(), run_dir: z.string(), path: z.string().nullable(), created_time: z.number() }),
);
type Listed = z.infer<typeof listed>;

/** Storages that are disturbed while they are listed, against a plain walk when they are at rest. */
export async function storageFuzzer(): Promise<Fuzzer> {
  const storage = await makeStorage();
  return new StorageFuzzer(storage, await GatewayProcess.start(storage.root));
}

class StorageFuzzer implements Fuzzer {
  readonly #storage: TestStorage;
  readonly #gateway: GatewayProcess;
  readonly #client = new HttpClient();

  constructor(storage: TestStorage, gateway: GatewayProcess) {
    this.#storage = storage;
    this.#gateway = gateway;
  }

  async round(random: Random): Promise<number> {
    const { root } = this.#storage;
    for (const { name } of entriesOf(root)) await rm(join(root, name), { recursive: true, force: true });
    let deeds = 0;
    for (let phases = 1 + random.below(3); phases > 0; phases--) {
      let isAtRest = false;
      const listing = this.#listUntil(() => isAtRest);
      for (let n = 1 + random.below(MOST_DEEDS); n > 0; n--, deeds++) await disturb(root, random);
      isAtRest = true;
      await listing;
      await this.#checkAtRest();
    }
    return deeds;
  }

  /** Lists while others disturb: what it is told must be a list, whatever it holds. */
  async #listUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#list();
      await setTimeout(1);
    }
  }

  async #checkAtRest(): Promise<void> {
    const runs = plainWalk(this.#storage.root);
    const deadline = performance.now() + MOST_MS;
    let difference = differenceOf(await this.#list(), runs);
    while (difference !== undefined && performance.now() < deadline) {
      await setTimeout(50);
      difference = differenceOf(await this.#list(), runs);
    }
    if (difference !== undefined) throw new Fault(difference);
    for (const { id } of runs.slice(0, 20)) {
      const { status, body } = await this.#client.ask(this.#gateway.url, `/api/runs/${encodeURIComponent(id)}`);
      if (status !== 200) throw new Fault(`the listed run ${JSON.stringify(id)}: ${status} ${body.toString()}`);
    }
    const { status } = await this.#client.ask(this.#gateway.url, '/api/runs/is-not-there');
    if (status !== 404) throw new Fault(`a run that is not there: ${status}`);
  }

  async #list(): Promise<Listed> {
    const { status, body } = await this.#client.ask(this.#gateway.url, '/api/runs');
    if (status !== 200) throw new Fault(`the list: ${status} ${body.toString()}`);
    return listed.parse(JSON.parse(body.toString()));
  }

  async finish(): Promise<void> {
    if (!this.#gateway.isAlive) throw new Fault('the gateway ended');
    // It may tell of directories that it cannot read, and of ids that occur twice, whose names may have line ends.
    const broken = this.#gateway.complaints.filter((line) => /cannot list|cannot see|^ +at /.test(line));
    if (broken.length > 0) throw new Fault(`it complained: ${broken.join('\n')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.#gateway.end();
    await this.#storage.remove();
  }
}

/** How a list differs from what there is; undefined where it does not. */
function differenceOf(list: Listed, runs: readonly PlainRun[]): string | undefined {
  const ids = new Set(runs.map(({ id }) => id));
  const missing = [...ids].filter((id) => !list.some((run) => run.id === id));
  if (missing.length > 0) return `not listed: ${JSON.stringify(missing)}`;
  if (list.length > ids.size) return `listed, and not there or twice: ${JSON.stringify(list.map(({ id }) => id))}`;
  for (const [i, { id, run_dir, path, created_time }] of list.entries()) {
    const places = runs.filter((run) => run.id === id);
    const current = places.filter(({ layout }) => layout === 'current');
    const shown = (current.length > 0 ? current : places).find(({ directory }) => directory === run_dir);
    if (shown === undefined) return `${JSON.stringify(id)} is listed at ${JSON.stringify(run_dir)}`;
    if (shown.path !== path) return `${JSON.stringify(id)} is listed with the path ${JSON.stringify(path)}`;
    if (i > 0 && (list[i - 1]?.created_time ?? 0) < created_time)
      return `${JSON.stringify(id)} is listed behind older ones`;
  }
  return undefined;
}
