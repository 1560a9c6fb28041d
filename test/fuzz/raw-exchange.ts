import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A server that waits for the rest of a request is not waited for. */
const PATIENCE_MS = 150;

/** Sends bytes on a connection of their own. @returns what came first, in Latin-1; nothing where the server waits for more, or hung up */
export async function rawExchange(url: string, bytes: Buffer): Promise<readonly string[]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.setTimeout(PATIENCE_MS, () => socket.destroySoon());
  // What a server that hangs up does not read comes back as a reset.
  socket.on('error', () => undefined);
  socket.write(bytes);
  const received = await buffer(socket).catch(() => Buffer.alloc(0));
  return received.length === 0 ? [] : [received.toString('latin1')];
}
