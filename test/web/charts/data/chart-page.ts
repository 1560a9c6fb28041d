import { signal } from '@preact/signals';
import { onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ChartData } from '../../../../web/charts/data/chart-data.ts';
import type { PanelState } from '../../../../web/charts/data/curve.ts';
import type { Panel } from '../../../../web/charts/data/panel.ts';
import type { Selection } from '../../../../web/charts/data/selection.ts';
import { startTestGateway, type TestGateway } from '../../../support/gateway.ts';
import type { TestStorage } from '../../../support/storage.ts';

export type Shown = Extract<PanelState, { readonly state: 'shown' }>;

/** The charts of a page that is served by a gateway of its own, until the end of the test. */
export interface ChartPage {
  readonly gateway: TestGateway;
  readonly charts: ChartData;
  /** Goes to another selection. */
  select(change: Partial<Selection>): void;
  /** Has answers arrive only when the function that it returns is called. */
  holdAnswers(): () => void;
  /** Has the next query or subscription of a name refused, in place of the gateway, by an error with a code. */
  refuseNext(name: string, code: string): void;
  /** Starts another gateway where the first one was. */
  restart(): Promise<void>;
  /** What another page of the same selection would show of a metric. */
  openAnother(metric: string): Promise<Shown>;
  /** The queries that were sent so far. */
  readonly asked: readonly Asked[];
  /** Those of them that the gateway has answered, also where the answer is held. */
  readonly answered: readonly Asked[];
  /** The subscriptions that are open. */
  followed(): readonly Asked[];
}

interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Gives Node.js what a browser has. */
export async function openCharts(storage: TestStorage, runIds: readonly string[]): Promise<ChartPage> {
  const gateway = await startTestGateway(storage);
  const asked: Asked[] = [];
  const answered: Asked[] = [];
  const refusals = new Map<string, string>();
  const realFetch = fetch;
  const refusal = (asking: Asked) => {
    const code = refusals.get(nameOf(asking));
    refusals.delete(nameOf(asking));
    return code === undefined ? null : [{ message: 'refused', extensions: { code } }];
  };
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      override send(text: string): void {
        const { type, id, payload } = JSON.parse(text);
        const errors = type === 'subscribe' ? refusal(payload) : null;
        if (errors) this.emit('message', JSON.stringify({ type: 'error', id, payload: errors }), false);
        else super.send(text);
      }
    },
  );
  // Whatever sockets there are, of this page or left by others.
  const sent = vi.spyOn(WebSocket.prototype, 'send');
  vi.stubGlobal('document', { baseURI: `${gateway.url}/` });
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, 5));
  let held = Promise.resolve();
  vi.stubGlobal('fetch', async (url: URL, init: { readonly body: string }) => {
    const query: Asked = JSON.parse(init.body);
    asked.push(query);
    const errors = refusal(query);
    if (errors) return Response.json({ errors });
    const answer = await realFetch(url, init);
    answered.push(query);
    await held;
    return answer;
  });
  const selection = signal<Selection>({
    runs: runIds.map((runId, slot) => ({ runId, slot })),
    axis: 'step',
    range: null,
    smoothing: 0,
  });
  const charts = new ChartData(selection, offAxis);
  const leave = charts.use();
  onTestFinished(async () => {
    leave();
    await gateway.close();
    vi.unstubAllGlobals();
    sent.mockRestore();
  });
  return {
    gateway,
    charts,
    asked,
    answered,
    followed() {
      const open = new Map<string, Asked>();
      for (const [text] of sent.mock.calls) {
        if (typeof text !== 'string') continue;
        const { type, id, payload } = JSON.parse(text);
        if (type === 'subscribe') open.set(id, payload);
        if (type === 'complete') open.delete(id);
      }
      return [...open.values()];
    },
    select(change) {
      selection.value = { ...selection.peek(), ...change };
    },
    holdAnswers() {
      const { promise, resolve } = makePromise();
      held = promise;
      return resolve;
    },
    refuseNext(name, code) {
      refusals.set(name, code);
    },
    async restart() {
      const again = await startTestGateway(storage, { port: Number(new URL(gateway.url).port) });
      onTestFinished(() => again.close());
    },
    async openAnother(metric) {
      const another = new ChartData(selection, offAxis);
      const leaveAnother = another.use();
      const panel = another.panel(metric);
      panel.show();
      try {
        return await shownWhen(panel, isFresh);
      } finally {
        panel.hide();
        leaveAnother();
      }
    },
  };
}

function nameOf({ query }: Asked): string {
  return query.match(/(?:query|subscription) (\w+)/)?.[1] ?? '';
}

function makePromise() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function offAxis(axis: string): string {
  return `not on the axis ${axis}`;
}

/** Shows a panel until the end of the test. */
export function showPanel({ charts }: ChartPage, metric: string): Panel {
  const panel = charts.panel(metric);
  panel.show();
  onTestFinished(() => panel.hide());
  return panel;
}

/** The state of a panel once it is what is waited for. */
export async function shownWhen(panel: Panel, isWanted: (shown: Shown) => boolean): Promise<Shown> {
  return vi.waitFor(
    () => {
      const state = panel.state.value;
      if (state.state !== 'shown' || !isWanted(state)) throw new Error(JSON.stringify(state).slice(0, 2000));
      return state;
    },
    { timeout: 10_000, interval: 5 },
  );
}

/** The state of a panel once it is what is waited for, and newer than something that was done. */
export async function shownAfter(panel: Panel, act: () => void, isWanted = isFresh): Promise<Shown> {
  const before = panel.state.value;
  act();
  return shownWhen(panel, (shown) => shown !== before && isWanted(shown));
}

export const isFresh = ({ isStale }: Shown) => !isStale;
