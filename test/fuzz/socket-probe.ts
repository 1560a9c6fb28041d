import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Fault } from './fuzzer.ts';

/** Who has neither closed nor answered a ping by then hangs. */
const MOST_MS = 10_000;
/** For operations to tell something; and what was written may be the start of a frame, whose end a server waits for. */
const PATIENCE_MS = 40;

/** What a client does: says a message, of text or of bytes, perhaps in two fragments; or writes bytes that need be no frame. */
export type Deed = { readonly say: string | Buffer; readonly cutAt?: number } | { readonly write: Buffer };

/** How a connection ended. */
export interface Ending {
  /** null: it goes on. */
  readonly code: number | null;
  readonly reason: string;
}

/** A WebSocket that does what it is told, sensible or not, and keeps what it hears. */
export class SocketProbe {
  readonly heard: string[] = [];
  readonly #socket: WebSocket;
  readonly #closed: Promise<Ending>;
  #transport: Socket | undefined;
  #wroteBytes = false;
  #failure: Error | undefined;

  static async connect(url: string, protocol: string | undefined): Promise<SocketProbe> {
    const probe = new SocketProbe(url, protocol);
    await once(probe.#socket, 'open');
    return probe;
  }

  private constructor(url: string, protocol: string | undefined) {
    this.#socket = protocol === undefined ? new WebSocket(url) : new WebSocket(url, protocol);
    this.#socket.once('upgrade', ({ socket }: IncomingMessage) => {
      this.#transport = socket;
    });
    this.#socket.on('message', (data: Buffer) => this.heard.push(data.toString()));
    this.#socket.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#closed = once(this.#socket, 'close').then(([code, reason]) => ({
      code: Number(code),
      reason: String(reason),
    }));
  }

  send(deed: Deed): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if ('write' in deed) {
      this.#wroteBytes = true;
      this.#transport?.write(deed.write);
    } else if (deed.cutAt === undefined) this.#socket.send(deed.say);
    else {
      this.#socket.send(deed.say.slice(0, deed.cutAt), { fin: false });
      this.#socket.send(deed.say.slice(deed.cutAt), { fin: true });
    }
  }

  /**
   * What comes of it all: the gateway closes, or it answers a ping. Throws a Fault.
   *
   * @param listens whether to hear first what comes of operations
   * @param closes whether to close then
   */
  async ending({ listens, closes }: { listens: boolean; closes: boolean }): Promise<Ending> {
    if (listens) await Promise.race([setTimeout(PATIENCE_MS), this.#closed]);
    const ponged = once(this.#socket, 'pong');
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping('still there?');
    const isHalf = this.#wroteBytes ? setTimeout(PATIENCE_MS, 'waits' as const) : new Promise<never>(() => undefined);
    const late = setTimeout(MOST_MS, 'hangs' as const, { ref: false });
    const outcome = await Promise.race([this.#closed, ponged.then(() => 'ponged' as const), isHalf, late]);
    if (outcome === 'hangs') throw new Fault('it neither answers a ping nor closes');
    if (outcome === 'ponged' && closes) {
      this.#socket.close(1000);
      return this.#checked(await Promise.race([this.#closed, late]));
    }
    return this.#checked(outcome);
  }

  #checked(outcome: Ending | 'ponged' | 'waits' | 'hangs'): Ending {
    if (outcome === 'hangs') throw new Fault('it does not close');
    if (this.#failure !== undefined) throw new Fault(`the connection fails: ${this.#failure.message}`);
    return typeof outcome === 'string' ? { code: null, reason: '' } : outcome;
  }

  /** Goes away without a word. */
  vanish(): void {
    this.#socket.terminate();
  }
}
