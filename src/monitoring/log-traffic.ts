import type { Logger } from 'pino';
import type { FinishedRequest, Traffic } from './traffic.ts';

/** Asked every few seconds by machines: worth a line only to who looks for it. */
const PROBED: ReadonlySet<string | undefined> = new Set(['/livez', '/readyz', '/metrics']);

/** Has a line in the log for each request, WebSocket and subscription that is over, and for each operation on a WebSocket. */
export function logTraffic(traffic: Traffic, log: Logger): void {
  if (!log.isLevelEnabled('info')) return;
  traffic.on('request', (request) => {
    log[PROBED.has(request.route) ? 'debug' : 'info'](fieldsOf(request), titleOf(request));
  });
  traffic.on('refused', (connection) => log.info(connection, `connection refused ${connection.status ?? ''}`));
  traffic.on('socket', ({ milliseconds, path, ...fields }) => {
    log.info({ ...fields, path, ms: rounded(milliseconds) }, `WebSocket ${path} closed`);
  });
  traffic.on('subscribed', (operation) => log.info(operation, `subscription ${operation.name ?? ''} began`));
  traffic.on('operation', ({ milliseconds, ...fields }) => {
    const { kind, name, transport } = fields;
    // What came as a request has a line as such.
    if (transport === 'http' && kind !== 'subscription') return;
    log.info({ ...fields, ms: rounded(milliseconds) }, `${kind ?? 'operation'} ${name ?? ''} ended`);
  });
}

function titleOf({ method, path, status, isAborted }: FinishedRequest): string {
  return `${method} ${path} ${status ?? ''}${isAborted ? ' aborted' : ''}`;
}

function fieldsOf({ isAborted, isStream, milliseconds, ...fields }: FinishedRequest): object {
  return {
    ...fields,
    ...(isAborted && { aborted: true }),
    ...(isStream && { stream: true }),
    ms: rounded(milliseconds),
  };
}

/** To microseconds. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
