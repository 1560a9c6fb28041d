import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

const reply = z.object({ id: z.number(), result: z.unknown(), error: z.object({ message: z.string() }).optional() });
const remote = z.object({ result: z.object({ objectId: z.string() }) });
const queried = z.object({ objects: z.object({ objectId: z.string() }) });
const evaluated = z.object({ result: z.object({ value: z.unknown() }) });

/** Of what inherits from Worker: prototypes and threads that have not begun throw when they are asked for their id. */
const END_LIVING = `function () {
  let ended = 0;
  for (const one of this) {
    try {
      if (one.threadId > 0) {
        one.terminate();
        ended++;
      }
    } catch {}
  }
  return ended;
}`;

/** Looks into a process of Node.js from outside, by its inspector. */
export class Inspector implements Disposable {
  readonly #socket: WebSocket;
  #asked = 0;

  static async connect(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** The bytes that live objects of the main thread take, once all others are collected. */
  async heapBytes(): Promise<number> {
    // What finalizers let go of is collected the second time.
    for (let n = 0; n < 2; n++) await this.#ask('HeapProfiler.collectGarbage');
    return z.number().parse(await this.#evaluate('process.memoryUsage().heapUsed'));
  }

  /** How many of each kind keep the event loop alive: timers, sockets, watches… */
  async activeResources(): Promise<ReadonlyMap<string, number>> {
    const kinds = z.array(z.string()).parse(await this.#evaluate('process.getActiveResourcesInfo()'));
    const counts = new Map<string, number>();
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  }

  /** Ends all threads of the process, whatever they are at. @returns how many there were */
  async endThreads(): Promise<number> {
    const expression = "process.getBuiltinModule('node:worker_threads').Worker.prototype";
    const { result: prototype } = remote.parse(await this.#ask('Runtime.evaluate', { expression }));
    const query = { prototypeObjectId: prototype.objectId };
    const { objects: threads } = queried.parse(await this.#ask('Runtime.queryObjects', query));
    const answer = await this.#ask('Runtime.callFunctionOn', {
      objectId: threads.objectId,
      functionDeclaration: END_LIVING,
      returnByValue: true,
    });
    return z.number().parse(evaluated.parse(answer).result.value);
  }

  async #evaluate(expression: string): Promise<unknown> {
    const answer = await this.#ask('Runtime.evaluate', { expression, returnByValue: true });
    return evaluated.parse(answer).result.value;
  }

  async #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#asked;
    this.#socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data]: unknown[] = await once(this.#socket, 'message');
      const message: unknown = JSON.parse(String(data));
      const answer = reply.safeParse(message);
      if (!answer.success || answer.data.id !== id) continue;
      if (answer.data.error !== undefined) throw new Error(`${method}: ${answer.data.error.message}`);
      return answer.data.result;
    }
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
