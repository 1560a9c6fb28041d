import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { LogEvent, ResetReason } from '../../logs/log-event.ts';
import type { Logs } from '../../logs/logs.ts';
import { growingFile } from '../../runs/growing-file.ts';
import type { RunCatalog } from '../../runs/run-catalog.ts';
import { textFrames } from './text-frames.ts';

const MOST_EXISTING_LINES = 10_000;
const EXISTING_LINES = { tail: MOST_EXISTING_LINES, countBlank: false };
const MOST_INACTIVITY_MS = 3_600_000;
const PING_EVERY_MS = 20_000;
const NORMAL_CLOSURE = 1000;
const INTERNAL_ERROR = 1011;

const RESETS: Readonly<Record<ResetReason, string>> = {
  truncated: '[info] The log was truncated, its content follows...',
  replaced: '[info] The log was replaced, the new one follows...',
  rotated: '[info] The log was rotated, the new one follows...',
};

export interface LogSocketSources {
  readonly catalog: RunCatalog;
  readonly logs: Logs;
  /** Told of errors that a client is not. */
  readonly report: (error: unknown) => void;
}

/**
 * Sends a run's log over the socket, one text frame a line: what there is of it, and then each line that is completed.
 * Frames of the gateway's own start with `[info] ` or `[error] `.
 *
 * @param transport beneath the socket
 */
export async function sendLog(
  socket: WebSocket,
  transport: Duplex,
  id: string,
  { catalog, logs, report }: LogSocketSources,
): Promise<void> {
  // A client that breaks the protocol of WebSockets is told so by the close that follows.
  socket.on('error', () => undefined);
  try {
    const run = await catalog.locate(id);
    // Who left meanwhile does not tell so again.
    if (socket.readyState !== socket.OPEN) return;
    if (run === undefined) {
      await send(socket, transport, ['[error] run not found']);
      socket.close(NORMAL_CLOSURE);
    } else await follow(socket, transport, logs.follow(growingFile(catalog, run, 'logs'), EXISTING_LINES));
  } catch (error) {
    report(error);
    await send(socket, transport, ['[error] the log cannot be read']);
    socket.close(INTERNAL_ERROR);
  }
}

/** Sends what comes for as long as the socket is open, or ends it when nothing has come for long. */
async function follow(socket: WebSocket, transport: Duplex, events: AsyncIterableIterator<LogEvent>): Promise<void> {
  const keepAlive = setInterval(() => socket.ping(), PING_EVERY_MS);
  const inactivity = setTimeout(() => {
    socket.send('[info] Connection timeout after 1 hour of inactivity');
    socket.close(NORMAL_CLOSURE);
  }, MOST_INACTIVITY_MS);
  // The loop below ends upon it, and tells if it fails.
  const stop = () => void events.return?.().catch(() => undefined);
  socket.once('close', stop);
  // Who broke the protocol may take its time to close, and is sent nothing any more.
  socket.once('error', stop);
  try {
    for await (const event of events) {
      const messages = messagesOf(event);
      if (messages.length > 0) await send(socket, transport, messages);
      if (event.type === 'batch' && messages.length > 0) inactivity.refresh();
    }
  } finally {
    clearInterval(keepAlive);
    clearTimeout(inactivity);
  }
}

/** The messages that tell of an event; none of a run's end, since what is appended after all is sent too. */
function messagesOf(event: LogEvent): readonly string[] {
  switch (event.type) {
    case 'batch':
      return withoutBlanks(event.lines);
    case 'omission':
      return [`[info] Showing the last ${MOST_EXISTING_LINES} lines of the log`];
    case 'absent':
      return ['[info] No logs available yet. Waiting for logs to be created...'];
    case 'present':
      return ['[info] Logs are now available, streaming...'];
    case 'reset':
      return [RESETS[event.reason]];
    case 'end':
      return [];
  }
}

const filled = new WeakMap<readonly string[], readonly string[]>();

/** The same array for the same lines, which many clients are sent. */
function withoutBlanks(lines: readonly string[]): readonly string[] {
  const known = filled.get(lines);
  if (known !== undefined) return known;
  const rest = lines.filter((line) => line.trim() !== '');
  filled.set(lines, rest);
  return rest;
}

/**
 * Resolves when the messages are on their way: who waits for it keeps no more in memory than a slow client takes. They go
 * past the socket, so that what many clients are sent is put into frames once; it keeps nothing back that they could
 * overtake, since nothing is compressed.
 */
function send(socket: WebSocket, transport: Duplex, messages: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    // Where the connection is gone, its close tells of it.
    transport.write(textFrames(messages), () => resolve());
  });
}
