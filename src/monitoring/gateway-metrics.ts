import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { version } from '../version.ts';
import { type StateSources, tellState } from './state-metrics.ts';
import type { Traffic } from './traffic.ts';
import { countTraffic } from './traffic-metrics.ts';

/** Of this process, however many gateways it has; what it takes to know them goes on until its end. */
let ofProcess: Registry | undefined;

/** What Prometheus is told of a gateway, and of the process that it runs in. */
export function gatewayMetrics(traffic: Traffic, sources: StateSources): Registry {
  const registry = new Registry();
  const info = new Gauge({
    name: 'runlens_build_info',
    help: 'Always 1; its version is what it tells.',
    labelNames: ['version'],
    registers: [registry],
  });
  info.set({ version }, 1);
  countTraffic(traffic, registry);
  tellState(sources, registry);
  ofProcess ??= processMetrics();
  return Registry.merge([registry, ofProcess]);
}

function processMetrics(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}
