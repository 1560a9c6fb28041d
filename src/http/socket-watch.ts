import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { ERROR_STATUS, type ErrorCode } from '../errors.ts';
import type { Traffic } from '../monitoring/traffic.ts';
import type { Clients } from './limits/clients.ts';
import { pathOf } from './request-facts.ts';
import { requestId } from './request-id.ts';

/** A connection that is to become a WebSocket. */
export class UpgradeWatch {
  readonly #traffic: Traffic;
  readonly #request: IncomingMessage;
  readonly #client: string | undefined;
  readonly #transport: Duplex;
  readonly #runId: string | undefined;
  readonly #began = performance.now();
  readonly #writtenBefore: number;

  /** @param runId of the run whose log is asked for */
  constructor(
    { traffic, clients }: { readonly traffic: Traffic; readonly clients: Clients },
    request: IncomingMessage,
    transport: Duplex,
    runId: string | undefined,
  ) {
    this.#traffic = traffic;
    this.#request = request;
    this.#client = clients.addressOf(request);
    this.#transport = transport;
    this.#runId = runId;
    this.#writtenBefore = writtenTo(transport);
  }

  /** It is a WebSocket now: tells of it when it is closed. */
  accepted(socket: WebSocket): void {
    const kind = this.#runId === undefined ? 'graphql' : 'log';
    this.#traffic.emit('opened', kind);
    socket.once('close', (code) => this.#traffic.emit('socket', { ...this.#facts(), kind, code }));
  }

  /** It was answered with an error. */
  refused(code: ErrorCode): void {
    const answer = { method: this.#request.method ?? '', status: ERROR_STATUS[code], code };
    this.#transport.once('close', () => {
      this.#traffic.emit('request', { ...this.#facts(), ...answer, isAborted: false, isStream: false });
    });
  }

  #facts() {
    return {
      requestId: requestId(this.#request),
      client: this.#client,
      path: pathOf(this.#request.url ?? ''),
      runId: this.#runId,
      bytes: writtenTo(this.#transport) - this.#writtenBefore,
      milliseconds: performance.now() - this.#began,
    };
  }
}

function writtenTo(transport: Duplex): number {
  return transport instanceof Socket ? transport.bytesWritten : 0;
}
