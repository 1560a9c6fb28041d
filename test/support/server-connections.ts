import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

/** So many calls of the file system without another byte: who reads files meanwhile would have had its turn. */
const QUIET_CALLS = 1000;

const accepted = z.object({ socket: z.instanceof(Socket) });

/** The connections that servers of this process accept from now on, until the test ends. */
export function trackConnections() {
  const sockets: Socket[] = [];
  const add = (message: unknown) => void sockets.push(accepted.parse(message).socket);
  subscribe('net.server.socket', add);
  onTestFinished(() => void unsubscribe('net.server.socket', add));
  const total = (count: (socket: Socket) => number) => sockets.reduce((sum, socket) => sum + count(socket), 0);
  const written = () => total(({ bytesWritten }) => bytesWritten);
  /** The bytes that wait in this process, because nobody reads. */
  const waiting = () => total(({ writableLength }) => writableLength);
  return {
    waiting,
    /** Resolves when the connections are full, and nothing more is written to them. @returns how many bytes were */
    async filled(): Promise<number> {
      let before = -1;
      while (waiting() === 0 || written() !== before) {
        before = written();
        for (let call = 0; call < QUIET_CALLS; call++) await stat('.');
      }
      return before;
    },
  };
}
