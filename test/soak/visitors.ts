import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../fuzz/fuzzer.ts';
import { HttpClient } from '../fuzz/http-client.ts';
import type { Random } from '../fuzz/random.ts';
import { connectLegacy, subscribeOverSse, subscribeOverWebSocket } from '../support/log-clients.ts';
import { type OperationEvent, overSse, overWebSocket } from '../support/operation-clients.ts';
import type { GrowingRuns } from './growing-runs.ts';
import { FOLLOW_METRICS, HeldLog, HeldMetrics, type HeldStream } from './held-stream.ts';
import type { RestartedGateway } from './restarted-gateway.ts';

/** How long someone stays, and then stays away; in milliseconds. */
const LONGEST_STAY = 15_000;
const LONGEST_ABSENCE = 1000;
/** By then whoever comes back has been told all. */
const MOST_MS = 30_000;

const RUNS = 'subscription { runs { __typename ... on RunChanged { run { runId alias status } } } }';

const WAYS = [
  'log socket',
  'logs by WebSocket',
  'logs by SSE',
  'metrics by WebSocket',
  'metrics by SSE',
  'runs',
  'REST',
] as const;
export type Way = (typeof WAYS)[number];

/** Who ended a visit: the client left, or the gateway hung up. */
type VisitEnding = 'left' | 'hung up';

/** What a client is told, event by event. */
interface Source<Event> {
  next(): Promise<Event>;
  close(): void;
}

/** Someone who comes and goes for as long as the soak lasts, and keeps cursors meanwhile. */
export class Visitor {
  readonly visits = new Map<Way, number>();
  readonly #gateway: RestartedGateway;
  readonly #runs: GrowingRuns;
  readonly #random: Random;
  readonly #log: HeldLog;
  readonly #metrics: HeldMetrics;
  #checkedFrames = 0;

  constructor(gateway: RestartedGateway, runs: GrowingRuns, random: Random) {
    this.#gateway = gateway;
    this.#runs = runs;
    this.#random = random;
    this.#log = new HeldLog(random.element(runs.ids));
    this.#metrics = new HeldMetrics(random.element(runs.ids));
  }

  /** The lines and rows that came as they should. */
  get checked(): number {
    return this.#log.checked + this.#metrics.checked + this.#checkedFrames;
  }

  /** Comes and goes until the signal. Throws a Fault. */
  async stayAround(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const way = this.#random.pick(WAYS);
      this.visits.set(way, (this.visits.get(way) ?? 0) + 1);
      const { url } = await this.#gateway.process();
      const ending = await this.#stay(url, way, signal);
      // Another one has taken its place, or is about to.
      const isRestarted = ending === 'left' || (await this.#gateway.process()).url !== url;
      if (!isRestarted) throw new Fault(`${way}: the gateway hung up, and goes on`);
      await pause(this.#random.below(LONGEST_ABSENCE));
    }
  }

  /** Not by AbortSignal.any, whose signals Node.js 20 may collect before they abort. */
  async #stay(url: string, way: Way, signal: AbortSignal): Promise<VisitEnding> {
    const stay = new AbortController();
    const leave = () => stay.abort();
    const timer = setTimeout(leave, this.#random.below(LONGEST_STAY));
    signal.addEventListener('abort', leave);
    try {
      return await this.#visit(url, way, stay.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  }

  /** Comes back for what was written meanwhile, now that nothing more is. Throws a Fault where it is not told all. */
  async readToEnd(): Promise<void> {
    const [log, metrics] = [this.#log, this.#metrics];
    const deadline = AbortSignal.timeout(MOST_MS);
    const { url } = await this.#gateway.process();
    // Who never was here has nothing to come back to.
    if (log.cursor !== null) {
      const due = this.#runs.linesIn(log.run) + 1;
      await follow(
        log,
        subscribeOverWebSocket(url, { runId: log.run, after: log.cursor }),
        deadline,
        () => log.next === due,
      );
      if (log.next !== due) throw new Fault(`the log of ${log.run} ends before line ${log.next}, not ${due}`);
    }
    if (metrics.cursor !== null) {
      const due = this.#runs.stepsIn(metrics.run);
      await follow(metrics, this.#metricsSource(url, 'metrics by WebSocket'), deadline, () => metrics.next === due);
      if (metrics.next !== due)
        throw new Fault(`the metrics of ${metrics.run} end before step ${metrics.next}, not ${due}`);
    }
  }

  async #visit(url: string, way: Way, signal: AbortSignal): Promise<VisitEnding> {
    const log = this.#log;
    const asked = { runId: log.run, after: log.cursor, tail: 10 };
    switch (way) {
      case 'log socket': {
        const shown = new HeldLog(this.#random.element(this.#runs.ids));
        const ending = await follow(shown, connectLegacy(url, { runId: shown.run }), signal);
        this.#checkedFrames += shown.checked;
        return ending;
      }
      case 'logs by WebSocket':
        return follow(log, subscribeOverWebSocket(url, asked), signal);
      case 'logs by SSE':
        return follow(log, subscribeOverSse(url, asked), signal);
      case 'metrics by WebSocket':
      case 'metrics by SSE':
        return follow(this.#metrics, this.#metricsSource(url, way), signal);
      case 'runs':
        return follow({ take: takeRunEvent }, overWebSocket(url, { query: RUNS }), signal);
      case 'REST':
        return this.#poll(url, signal);
    }
  }

  #metricsSource(url: string, way: 'metrics by WebSocket' | 'metrics by SSE'): Source<OperationEvent> {
    const { run, cursor } = this.#metrics;
    const subscribe = way === 'metrics by SSE' ? overSse : overWebSocket;
    return subscribe(url, { query: FOLLOW_METRICS, variables: { run, after: cursor } });
  }

  /** Asks for this and that, over a connection that it keeps. */
  async #poll(url: string, signal: AbortSignal): Promise<VisitEnding> {
    using client = new HttpClient();
    while (!signal.aborted) {
      const run = this.#random.element(this.#runs.ids);
      const least = this.#runs.stepsIn(run) - 50;
      const path = this.#random.pick([
        '/api/runs',
        '/api/health',
        `/api/runs/${run}/logs`,
        `/api/runs/${run}/metrics_step`,
        `/api/runs/${run}/metrics?downsample=100`,
        `/api/runs/${run}/metrics_step?downsample=500`,
      ]);
      const answer = await client.ask(url, path).catch(() => undefined);
      if (answer === undefined) return 'hung up';
      const lastStep = Number(answer.headers['x-last-step'] ?? least);
      if (answer.status !== 200 || lastStep < least || lastStep >= this.#runs.stepsIn(run)) {
        throw new Fault(`${path}: ${answer.status}, last step ${lastStep} where ${least} had been logged`);
      }
      await pause(this.#random.below(1000), undefined, { signal }).catch(() => undefined);
    }
    return 'left';
  }
}

/** Takes what comes until the signal, the end, or until it is enough; then goes away without a word. */
async function follow<Event>(
  held: Pick<HeldStream<Event>, 'take'>,
  source: Source<Event>,
  signal: AbortSignal,
  isEnough: () => boolean = () => false,
): Promise<VisitEnding> {
  const left = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    while (!isEnough()) {
      const event = await Promise.race([source.next(), left]);
      if (event === undefined) return 'left';
      if (!held.take(event)) return 'hung up';
    }
    return 'left';
  } finally {
    source.close();
  }
}

function takeRunEvent(event: OperationEvent): boolean {
  if (event.type !== 'result') return false;
  if (event.errors !== undefined) throw new Fault(`the runs: ${JSON.stringify(event.errors)}`);
  return true;
}

/** How often they came, and by which way. */
export function visitsOf(visitors: readonly Visitor[]): ReadonlyMap<Way, number> {
  return new Map(WAYS.map((way) => [way, visitors.reduce((sum, { visits }) => sum + (visits.get(way) ?? 0), 0)]));
}
