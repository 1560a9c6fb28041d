import { Clients } from './clients.ts';
import type { Limits } from './limits.ts';
import { Places } from './places.ts';
import { RequestRate } from './request-rate.ts';

/** What is counted by client. */
export interface ClientLimits {
  readonly clients: Clients;
  /** null: as often as they like. */
  readonly rate: RequestRate | null;
  readonly connections: Places;
  readonly subscriptions: Places;
}

/** @param proxies whom they may come through, as proxy-addr takes them */
export function limitClients(limits: Limits, proxies: readonly string[]): ClientLimits {
  const clients = new Clients(proxies);
  const { requestsPerMinute } = limits;
  return {
    clients,
    rate: Number.isFinite(requestsPerMinute) ? new RequestRate(requestsPerMinute, clients) : null,
    connections: new Places(limits.connections, 'connections'),
    subscriptions: new Places(limits.subscriptions, 'subscriptions'),
  };
}
