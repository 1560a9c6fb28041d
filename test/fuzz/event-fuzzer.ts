import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReferenceAnswer, referenceAnswer, referenceBody } from '../support/reference.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';
import { eventSeed } from './event-seeds.ts';
import { Fault, type Fuzzer } from './fuzzer.ts';
import { GatewayProcess } from './gateway-process.ts';
import { HttpClient } from './http-client.ts';
import { mutateOften } from './mutations.ts';
import type { Random } from './random.ts';

const MOST_MUTATIONS = 12;
const POINTS = 100;
const INGEST = `query ($run: ID!) { run(runId: $run) { ingest { skippedLines firstSkipped { line } } } }`;

/** Mutated events files that are appended to, cut and replaced, against the rules of the file written down plainly. */
export async function eventFuzzer(): Promise<Fuzzer> {
  const storage = await makeStorage();
  const gateway = await GatewayProcess.start(storage.root);
  return new EventFuzzer(storage, gateway);
}

class EventFuzzer implements Fuzzer {
  readonly #storage: TestStorage;
  readonly #gateway: GatewayProcess;
  readonly #client = new HttpClient();
  #runs = 0;

  constructor(storage: TestStorage, gateway: GatewayProcess) {
    this.#storage = storage;
    this.#gateway = gateway;
  }

  async round(random: Random): Promise<number> {
    // Nothing is left of the rounds before, so that a seed says all.
    const id = `run-${this.#runs++}`;
    const directory = await this.#storage.addRun(id, { events: '' });
    const path = join(directory, 'events.jsonl');
    let inputs = 0;
    let content: Buffer = Buffer.alloc(0);
    for (const change of changesOf(random)) {
      content = change.apply(content);
      await change.write(path);
      // Some changes come together, between two requests.
      if (!change.isLast && random.chance(0.2)) continue;
      await this.#check(id, content);
      inputs++;
    }
    await rm(directory, { recursive: true });
    return inputs;
  }

  async #check(id: string, content: Buffer): Promise<void> {
    const views = [
      ['metrics_step', referenceAnswer(content, 'global_step')],
      ['metrics', referenceAnswer(content, 'time')],
    ] as const;
    for (const [view, expected] of views) {
      await this.#checkView(`/api/runs/${id}/${view}`, expected, content);
    }
    const { skippedLines, firstSkipped } = views[0][1];
    const told = await this.#client.graphql(this.#gateway.url, INGEST, { run: id });
    const ingest = { skippedLines, firstSkipped: firstSkipped === null ? null : { line: firstSkipped } };
    differ('ingest', JSON.stringify(told), JSON.stringify({ run: { ingest } }), content);
  }

  async #checkView(path: string, expected: ReferenceAnswer, content: Buffer): Promise<void> {
    const { status, headers, body } = await this.#client.ask(this.#gateway.url, path);
    differ(path, `${status} ${body.toString()}`, `200 ${referenceBody(expected)}`, content);
    const lastStep = headers['x-last-step'] ?? null;
    differ(`last step of ${path}`, String(lastStep), String(expected.lastStep), content);
    if (expected.rows.length <= POINTS) return;
    const sample = await this.#client.ask(this.#gateway.url, `${path}?downsample=${POINTS}`);
    const all = new Set(JSON.parse(body.toString()).rows.map((row: unknown) => JSON.stringify(row)));
    const { rows, total }: { rows: unknown[]; total: number } = JSON.parse(sample.body.toString());
    const isSample = rows.length === POINTS && total === all.size && rows.every((row) => all.has(JSON.stringify(row)));
    if (!isSample) throw new Fault(`the sample of ${path} is none of its rows\n${shown(content)}`);
  }

  async finish(): Promise<void> {
    if (!this.#gateway.isAlive) throw new Fault('the gateway ended');
    if (this.#gateway.complaints.length > 0) throw new Fault(`it complained: ${this.#gateway.complaints.join('\n')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]();
    await this.#gateway.end();
    await this.#storage.remove();
  }
}

/** What happens to the file, and what it holds then. */
interface Change {
  readonly isLast: boolean;
  apply(content: Buffer): Buffer;
  write(path: string): Promise<void>;
}

function* changesOf(random: Random): Generator<Change> {
  for (let files = 1 + random.below(3); files > 0; files--) {
    const { file, material } = eventSeed(random);
    const pieces = cut(mutateOften(file, random, material, MOST_MUTATIONS), random);
    // The first piece takes the place of what was there, the others go behind it.
    for (const [i, piece] of pieces.entries()) {
      const isLast = files === 1 && i === pieces.length - 1;
      yield i === 0 ? beginning(piece, isLast, random) : appending(piece, isLast);
    }
  }
}

function cut(file: Buffer, random: Random): readonly Buffer[] {
  const cuts = Array.from({ length: random.below(5) }, () => random.below(file.length + 1));
  const bounds = [0, ...cuts, file.length].toSorted((a, b) => a - b);
  return bounds.slice(1).map((to, i) => file.subarray(bounds[i], to));
}

function appending(piece: Buffer, isLast: boolean): Change {
  return {
    isLast,
    apply: (content) => Buffer.concat([content, piece]),
    write: (path) => appendFile(path, piece),
  };
}

function beginning(piece: Buffer, isLast: boolean, random: Random): Change {
  const share = random.fraction();
  switch (random.below(4)) {
    case 0: {
      // Cut somewhere, and more of another file behind it.
      let kept = 0;
      return {
        isLast,
        apply(content) {
          kept = Math.floor(content.length * share);
          return Buffer.concat([content.subarray(0, kept), piece]);
        },
        async write(path) {
          await truncate(path, kept);
          await appendFile(path, piece);
        },
      };
    }
    case 1:
      return { isLast, apply: () => piece, write: (path) => writeFile(path, piece) };
    case 2:
      return {
        isLast,
        apply: () => piece,
        async write(path) {
          await writeFile(`${path}.new`, piece);
          await rename(`${path}.new`, path);
        },
      };
    default:
      return {
        isLast,
        apply: () => piece,
        async write(path) {
          await rm(path);
          await writeFile(path, piece);
        },
      };
  }
}

function differ(what: string, got: string, expected: string, content: Buffer): void {
  if (got === expected) return;
  let at = 0;
  while (got[at] === expected[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 80), at + 80);
  throw new Fault(`${what}: …${around(got)}… in place of …${around(expected)}…\n${shown(content)}`);
}

/** The file, short enough to be looked at. */
function shown(content: Buffer): string {
  return `the file: ${JSON.stringify(content.toString('latin1').slice(0, 4000))}`;
}
