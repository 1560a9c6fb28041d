import { type Logger, pino } from 'pino';
import type { LogLevel } from './log-level.ts';
import { readableLine } from './readable-line.ts';

const STDERR = 2;
/** What waits while nobody reads the standard error, in bytes; later lines are dropped, rather than to hold the gateway up. */
const MOST_WAITING = 4 * 1024 ** 2;
/** Lines are written together, at the latest after so many milliseconds: a write costs more than many lines. */
const FLUSH_EVERY_MS = 100;
const FLUSH_BYTES = 4096;

/**
 * The log on the standard error: lines to read on a terminal, else JSON, a line each. @param level null: `info`, but on a
 * terminal `warn`, since whoever starts a gateway by hand does not want to watch each request.
 */
export function openOperatorLog(level: LogLevel | null): Logger {
  const { stderr } = process;
  if (!stderr.isTTY) {
    // Not at once: who reads may be slow, and the event loop does not wait for it.
    const batches = { sync: false, minLength: FLUSH_BYTES, periodicFlush: FLUSH_EVERY_MS, maxLength: MOST_WAITING };
    return operatorLog(level ?? 'info', pino.destination({ dest: STDERR, ...batches }));
  }
  const hasColors = stderr.hasColors();
  return operatorLog(level ?? 'warn', { write: (line) => void stderr.write(readableLine(line, hasColors)) });
}

/** @param destination takes each line, which is JSON and ends with a line end */
export function operatorLog(level: LogLevel, destination: { write(line: string): void }): Logger {
  const options = {
    level,
    // Whoever collects the lines knows process and host.
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}
