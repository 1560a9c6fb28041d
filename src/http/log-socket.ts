import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { LogEvent, ResetReason } from '../logs/log-event.ts';
import type { Logs } from '../logs/logs.ts';
import type { RunCatalog } from '../runs/run-catalog.ts';
import { runLog } from '../runs/run-log.ts';

const MOST_EXISTING_LINES = 10_000;
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
  readonly report: (message: string) => void;
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
  // What goes wrong with a connection ends it, and a close follows upon that.
  socket.on('error', () => socket.terminate());
  const run = await catalog.locate(id);
  if (run === undefined) {
    await sendFrames(socket, transport, ['[error] run not found']);
    socket.close(NORMAL_CLOSURE);
    return;
  }
  const events = logs.follow(runLog(catalog, run), { tail: MOST_EXISTING_LINES, countBlank: false });
  const keepAlive = setInterval(() => socket.ping(), PING_EVERY_MS);
  const inactivity = setTimeout(() => {
    socket.send('[info] Connection timeout after 1 hour of inactivity');
    socket.close(NORMAL_CLOSURE);
  }, MOST_INACTIVITY_MS);
  socket.once('close', () => {
    clearInterval(keepAlive);
    clearTimeout(inactivity);
    void events.return?.();
  });
  try {
    for await (const event of events) {
      const frames = framesOf(event);
      if (frames.length > 0) await sendFrames(socket, transport, frames);
      if (event.type === 'batch' && frames.length > 0) inactivity.refresh();
    }
  } catch (error) {
    report(error instanceof Error ? (error.stack ?? error.message) : String(error));
    await sendFrames(socket, transport, ['[error] the log cannot be read']);
    socket.close(INTERNAL_ERROR);
  }
}

/** The frames that tell of an event; none of a run's end, since what is appended after all is sent too. */
function framesOf(event: LogEvent): readonly string[] {
  switch (event.type) {
    case 'batch':
      return event.lines.filter((line) => line.trim() !== '');
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

/** Resolves when the frames are on their way: who waits for it keeps no more in memory than a slow client takes. */
async function sendFrames(socket: WebSocket, transport: Duplex, frames: readonly string[]): Promise<void> {
  // Many small frames leave in few packets.
  transport.cork();
  const sent = frames.map((frame) => send(socket, frame));
  transport.uncork();
  await Promise.all(sent);
}

function send(socket: WebSocket, frame: string): Promise<void> {
  // Where the connection is gone, its close tells of it.
  return new Promise((resolve) => socket.send(frame, () => resolve()));
}
