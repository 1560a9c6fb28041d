/** Those who receive the lines of a log, by each way that there is, and what they are held against. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { type RawData, WebSocket } from 'ws';

export type Receive = (lines: readonly string[]) => void;

/** Everything from the first line on. */
export const WHOLE_LOG = 2 ** 31 - 1;

const SUBSCRIPTION = `subscription ($runId: ID!, $tail: Int!) {
  logs(runId: $runId, tail: $tail) {
    __typename
    ... on LogBatch { lines firstLine cursor partial }
    ... on StreamReset { reason }
    ... on StreamEnd { status cursor }
  }
}`;

/** What the gateway may say over a GraphQL socket, where all goes well. */
interface Message {
  readonly type: 'connection_ack' | 'next' | 'ping' | 'pong' | 'complete' | 'error';
  readonly payload?: { readonly data?: { readonly logs: { readonly lines?: readonly string[] } } | null };
}

/** Connects to GraphQL, by graphql-transport-ws. */
export async function connectGraphql(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  return socket;
}

/** Starts a subscription. `receive` is called for each batch, also for one without lines. */
export function subscribeLog(socket: WebSocket, runId: string, tail: number, receive: Receive): void {
  socket.on('message', (data) => {
    const text = textOf(data);
    const message: Message = JSON.parse(text);
    if (message.type !== 'next' || !message.payload?.data) throw new Error(`a subscription failed: ${text}`);
    receive(message.payload.data.logs.lines ?? []);
  });
  const payload = { query: SUBSCRIPTION, variables: { runId, tail } };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
}

/** @returns what stops it, once it follows */
export async function followByGraphql(url: string, runId: string, receive: Receive): Promise<() => void> {
  const socket = await connectGraphql(url);
  await new Promise<void>((resolve) => {
    subscribeLog(socket, runId, 0, (lines) => {
      resolve();
      if (lines.length > 0) receive(lines);
    });
  });
  return () => socket.terminate();
}

/** The same over the legacy socket, which sends what there is first. The log must not be empty. */
export async function followByLogSocket(url: string, runId: string, receive: Receive): Promise<() => void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/runs/${runId}/logs/ws`);
  await new Promise((resolve) => {
    socket.on('message', (data) => {
      resolve(undefined);
      receive([textOf(data)]);
    });
  });
  return () => socket.terminate();
}

/** The same by `tail -f`, which sends the last line first. */
export async function followByTail(file: string, receive: Receive): Promise<() => void> {
  let stop = () => {};
  await new Promise((resolve) => {
    stop = runForLines('tail', ['-n', '1', '-f', file], (lines) => {
      resolve(undefined);
      receive(lines);
    }).stop;
  });
  return () => stop();
}

/** Of a message in one piece, as all are unless a client asks for others. */
export function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString();
  throw new Error('a message came in pieces');
}

export interface LineProcess {
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** Runs a program for the lines that it prints. */
export function runForLines(command: string, args: readonly string[], receive: Receive): LineProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const decoder = new StringDecoder();
  let unfinished = '';
  child.stdout.on('data', (bytes: Buffer) => {
    const lines = (unfinished + decoder.write(bytes)).split('\n');
    unfinished = lines.pop() ?? '';
    if (lines.length > 0) receive(lines);
  });
  const ended = once(child, 'close').then(() => undefined);
  return { ended, stop: () => child.kill() };
}
