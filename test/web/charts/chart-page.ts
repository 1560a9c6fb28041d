import { signal } from '@preact/signals';
import { onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ChartData } from '../../../web/charts/chart-data.ts';
import type { PanelState } from '../../../web/charts/curve.ts';
import type { Panel } from '../../../web/charts/panel.ts';
import type { Selection } from '../../../web/charts/selection.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { TestStorage } from '../../support/storage.ts';

export type Shown = Extract<PanelState, { readonly state: 'shown' }>;

/** The charts of a page that is served by a gateway of its own, until the end of the test. */
export interface ChartPage {
  readonly gateway: TestGateway;
  readonly charts: ChartData;
  /** Goes to another selection. */
  select(change: Partial<Selection>): void;
  /** What another page of the same selection would show of a metric. */
  openAnother(metric: string): Promise<Shown>;
  /** The variables of all requests for rows so far, with the text of their query. */
  readonly asked: readonly Asked[];
}

interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a browser has, and Node.js has not. @param port of the gateway, where it was there before */
export async function openCharts(storage: TestStorage, runIds: readonly string[]): Promise<ChartPage> {
  const gateway = await startTestGateway(storage);
  const asked: Asked[] = [];
  const realFetch = fetch;
  vi.stubGlobal('WebSocket', WebSocket);
  vi.stubGlobal('document', { baseURI: `${gateway.url}/` });
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, 5));
  vi.stubGlobal('fetch', (url: URL, init: { readonly body: string }) => {
    asked.push(JSON.parse(init.body));
    return realFetch(url, init);
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
  });
  return {
    gateway,
    charts,
    asked,
    select(change) {
      selection.value = { ...selection.peek(), ...change };
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

export const isFresh = ({ isStale }: Shown) => !isStale;
