import type { ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { WebServer } from './web-server.ts';

/** How long answers in flight have when all is closed. */
const GRACE_MS = 800;

/** The connections of a server, and which of them have an answer under way. */
export class Connections {
  readonly #server: WebServer;
  /** What carries the connections over TLS too, also those whose handshake is not through. */
  readonly #transports = new Set<Socket>();
  readonly #answersInFlight = new Map<Socket, Set<ServerResponse>>();
  #closing = false;

  constructor(server: WebServer) {
    this.#server = server;
    server.on('connection', (transport: Socket) => {
      this.#transports.add(transport);
      transport.once('close', () => this.#transports.delete(transport));
    });
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#answersInFlight.set(socket, new Set());
      socket.once('close', () => this.#answersInFlight.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      const answers = this.#answersInFlight.get(socket);
      answers?.add(response);
      response.once('close', () => {
        answers?.delete(response);
        if (this.#closing && answers?.size === 0) socket.destroySoon();
      });
    });
  }

  /** Whether a part of an answer may have gone out. */
  isAnswering(socket: Socket): boolean {
    return [...(this.#answersInFlight.get(socket) ?? [])].some(({ headersSent }) => headersSent);
  }

  /** Stops accepting, ends idle connections at once and busy ones after their answer, all within 800 ms. */
  async close(): Promise<void> {
    this.#closing = true;
    // Not the HTTP server's own close(): it destroys connections whose answer is written but not yet sent.
    const closed = new Promise<void>((resolve, reject) => {
      NetServer.prototype.close.call(this.#server, (error) => (error ? reject(error) : resolve()));
    });
    for (const [socket, answers] of this.#answersInFlight) if (answers.size === 0) socket.destroySoon();
    const deadline = setTimeout(() => {
      for (const socket of [...this.#answersInFlight.keys(), ...this.#transports]) socket.destroy();
    }, GRACE_MS);
    await closed.finally(() => clearTimeout(deadline));
  }
}
