import { EventEmitter, once } from 'node:events';
import type { Logger } from 'pino';
import { operatorLog } from '../../src/monitoring/operator-log.ts';

export type LogRecord = Readonly<Record<string, unknown>>;

/** A log whose lines are kept. */
export interface TestLog {
  readonly log: Logger;
  readonly records: readonly LogRecord[];
  /** The messages of those that are warnings or faults. */
  readonly warnings: readonly string[];
  /** The first line that has these fields, which may be there already. */
  readonly logged: (fields: LogRecord) => Promise<LogRecord>;
}

export function testLog(): TestLog {
  const records: LogRecord[] = [];
  const added = new EventEmitter().setMaxListeners(0);
  const write = (line: string) => {
    records.push(JSON.parse(line));
    added.emit('record');
  };
  return {
    log: operatorLog('debug', { write }),
    records,
    get warnings() {
      return records.filter(({ level }) => level === 'warn' || level === 'error').map(({ msg }) => String(msg));
    },
    logged: async (fields) => {
      for (;;) {
        const record = records.find((one) => Object.entries(fields).every(([name, value]) => one[name] === value));
        if (record !== undefined) return record;
        await once(added, 'record');
      }
    },
  };
}
