import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { FewNames } from './few-names.ts';
import type { Traffic } from './traffic.ts';

const MOST_OPERATION_NAMES = 100;
/** Seconds: from what the cache answers to what a query may take at most. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts what clients ask. */
export function countTraffic(traffic: Traffic, registry: Registry): void {
  const registers = [registry];
  const names = new FewNames(MOST_OPERATION_NAMES);
  const requests = new Counter({
    name: 'runlens_http_requests_total',
    help: 'Requests that are over, by the pattern of their path (none: refused before, or no such path) and status (none: the client left before).',
    labelNames: ['route', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'runlens_http_request_duration_seconds',
    help: 'How long requests took to the end of their answer, but for streams of events.',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers,
  });
  const operations = new Counter({
    name: 'runlens_graphql_operations_total',
    help: `GraphQL operations that are over, by name (none: anonymous, or refused; other: beyond the first ${MOST_OPERATION_NAMES}) and outcome.`,
    labelNames: ['name', 'outcome'],
    registers,
  });
  const operationSeconds = new Histogram({
    name: 'runlens_graphql_operation_duration_seconds',
    help: 'How long the execution of GraphQL queries took.',
    labelNames: ['name'],
    buckets: BUCKETS,
    registers,
  });
  const sockets = new Gauge({
    name: 'runlens_websockets',
    help: 'WebSockets that are open, by what they are for.',
    labelNames: ['kind'],
    registers,
  });
  for (const kind of ['graphql', 'log']) sockets.set({ kind }, 0);

  traffic.on('request', ({ route = 'none', status, isStream, milliseconds }) => {
    requests.inc({ route, status: status ?? 'none' });
    if (!isStream) requestSeconds.observe({ route }, milliseconds / 1000);
  });
  traffic.on('refused', ({ status }) => requests.inc({ route: 'none', status: status ?? 'none' }));
  traffic.on('operation', ({ kind, name, outcome, milliseconds }) => {
    const few = names.of(name ?? 'none');
    operations.inc({ name: few, outcome });
    if (kind === 'query') operationSeconds.observe({ name: few }, milliseconds / 1000);
  });
  traffic.on('opened', (kind) => sockets.inc({ kind }));
  traffic.on('socket', ({ kind }) => sockets.dec({ kind }));
}
