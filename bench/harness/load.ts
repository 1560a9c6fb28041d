/**
 * Asks a server for the same answer as often as it can give it. What comes is counted, not parsed, as the usual load
 * generators do: on a machine of few cores they take more time than the server, and then it is them that is measured.
 */
import { connect, type Socket } from 'node:net';
import type { Timed } from './measure.ts';

const BUFFER_BYTES = 256 * 1024;
const LAST_CHUNK = '\r\n0\r\n\r\n';

export interface Load {
  readonly seconds: number;
  /** Each asks again once it has its answer. */
  readonly connections: number;
  /** The `Accept-Encoding`. */
  readonly encoding?: string;
}

/** @returns the time from one answer to the next, on average: a second by the requests in it */
export async function requestTime(
  address: string,
  path: string,
  { seconds, connections, encoding = 'identity' }: Load,
): Promise<Timed<undefined>> {
  const { hostname, port } = new URL(address);
  const request = `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAccept-Encoding: ${encoding}\r\n\r\n`;
  const size = await responseBytes(Number(port), hostname, request);
  const start = performance.now();
  const ends = start + seconds * 1000;
  const answers = await Promise.all(
    Array.from({ length: connections }, () => askUntil(ends, Number(port), hostname, request, size)),
  );
  return { answer: undefined, ms: (performance.now() - start) / answers.reduce((sum, count) => sum + count, 0) };
}

/** @returns how many answers came, each of exactly `size` bytes */
async function askUntil(ends: number, port: number, host: string, request: string, size: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0;
    let received = 0;
    const receive = (length: number): boolean => {
      received += length;
      if (received > size) socket.destroy(new Error(`an answer of ${size} bytes came with more`));
      if (received !== size) return true;
      received = 0;
      answers++;
      if (performance.now() < ends) socket.write(request);
      else socket.destroy();
      return true;
    };
    const socket: Socket = connect(
      { port, host, onread: { buffer: Buffer.allocUnsafe(BUFFER_BYTES), callback: receive } },
      () => socket.write(request),
    );
    socket.on('error', reject).on('close', () => resolve(answers));
  });
}

/** @returns the length of the whole response, head and framing included, which is that of every other one */
async function responseBytes(port: number, host: string, request: string): Promise<number> {
  const socket = connect({ port, host }, () => socket.write(request));
  let response = Buffer.alloc(0);
  for await (const piece of socket) {
    response = Buffer.concat([response, piece]);
    const bodyAt = response.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) continue;
    const head = response.toString('latin1', 0, bodyAt);
    if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`the load was answered with ${head}`);
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    const complete =
      length === undefined
        ? response.toString('latin1', response.length - LAST_CHUNK.length) === LAST_CHUNK
        : response.length === bodyAt + Number(length);
    if (complete) break;
  }
  socket.destroy();
  return response.length;
}
