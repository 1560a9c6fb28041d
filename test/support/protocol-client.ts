import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { EventQueue } from './event-queue.ts';

const PROTOCOL = 'graphql-transport-ws';

/** A client of the GraphQL socket that knows nothing of its protocol: it says what it is told to, and keeps what it hears. */
export class ProtocolClient {
  readonly socket: WebSocket;
  readonly #heard = new EventQueue<unknown>();
  #transport: Socket | undefined;

  /**
   * @param url the gateway's, without a slash at the end
   * @param protocols those that it offers to speak
   */
  static async connect(url: string, protocols: readonly string[] = [PROTOCOL]): Promise<ProtocolClient> {
    const client = new ProtocolClient(`${url.replace(/^http/, 'ws')}/graphql`, protocols);
    await once(client.socket, 'open');
    return client;
  }

  private constructor(url: string, protocols: readonly string[]) {
    // One that knew what it offers would close by itself where the server chooses none of it.
    this.socket = protocols.includes(PROTOCOL)
      ? new WebSocket(url, [...protocols])
      : new WebSocket(url, { headers: protocols.length > 0 ? { 'Sec-WebSocket-Protocol': protocols.join(', ') } : {} });
    this.socket.once('upgrade', ({ socket }: IncomingMessage) => {
      this.#transport = socket;
    });
    this.socket.on('message', (data: Buffer) => this.#heard.push(JSON.parse(data.toString())));
    this.socket.on('close', (code, reason) => this.#heard.close({ closed: code, reason: reason.toString() }));
    this.socket.on('error', () => undefined);
  }

  /** Sends a text as it is, bytes in a binary message, and other values as JSON. */
  say(message: unknown): void {
    const isRaw = typeof message === 'string' || message instanceof Uint8Array;
    this.socket.send(isRaw ? message : JSON.stringify(message));
  }

  /** Sends bytes as they are, whether they are a frame or not. */
  write(...bytes: number[]): void {
    this.#transport?.write(Buffer.from(bytes));
  }

  /** The value of the next message, which may have come already; `{ closed, reason }` at the end. */
  hear(): Promise<unknown> {
    return this.#heard.next();
  }

  close(): void {
    this.socket.terminate();
  }
}
