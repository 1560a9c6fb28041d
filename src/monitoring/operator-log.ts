import { type Logger, pino } from 'pino';
import { LineWriter } from './line-writer.ts';
import type { LogLevel } from './log-level.ts';
import { readableLine } from './readable-line.ts';

const STDERR = 2;

/**
 * The log on the standard error: lines to read on a terminal, else JSON, a line each. @param level null: `info`, but on a
 * terminal `warn`, since whoever starts a gateway by hand does not want to watch each request.
 */
export function openOperatorLog(level: LogLevel | null): Logger {
  const { stderr } = process;
  if (!stderr.isTTY) return operatorLog(level ?? 'info', new LineWriter(STDERR));
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
