import { afterAll, beforeAll } from 'vitest';
import { type Answer, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, type RunContent, type TestStorage } from '../support/storage.ts';

export type Value = number | string | boolean | null;

/** The body of a metrics answer, to the byte. @param rows the cells of each row, in the order of the columns */
export function body(columns: readonly string[], ...rows: readonly (readonly Value[])[]): string {
  const rowTexts = rows.map((cells) => {
    const members = columns.map((column, i) => `${JSON.stringify(column)}:${JSON.stringify(cells[i])}`);
    return `{${members.join(',')}}`;
  });
  const names = columns.map((column) => JSON.stringify(column));
  return `{"columns":[${names.join(',')}],"rows":[${rowTexts.join(',')}],"total":${rows.length},"sampled":${rows.length}}`;
}

export const NO_ROWS = body([]);

/** A line of an events file with this text as `data`; without `ts` if that is null. */
export function logged(data: string, ts: string | null = '1704067200'): string {
  return `{${ts === null ? '' : `"ts": ${ts}, `}"type": "metrics", "data": ${data}}\n`;
}

/** A run of its own for one row. */
export interface ServedRun {
  readonly id: string;
  readonly directory: string;
  readonly events: string;
  /** Asks for `/api/runs/{id}/…`. */
  readonly get: (pathBelow: string, method?: string) => Promise<Answer>;
  /** The body of the step view, and of the time view. */
  readonly steps: () => Promise<string>;
  readonly times: () => Promise<string>;
}

/** A gateway over a storage of its own, for the rows of one file. */
export interface ConformanceGateway {
  readonly storage: TestStorage;
  readonly gateway: TestGateway;
  serve(content?: RunContent): Promise<ServedRun>;
}

export function useGateway(): ConformanceGateway {
  let storage: TestStorage;
  let gateway: TestGateway;
  let runs = 0;
  beforeAll(async () => {
    storage = await makeStorage();
    gateway = await startTestGateway(storage);
  });
  afterAll(async () => {
    await gateway.close();
    await storage.remove();
  });
  return {
    get storage() {
      return storage;
    },
    get gateway() {
      return gateway;
    },
    async serve(content = {}) {
      const id = `run-${runs++}`;
      const directory = await storage.addRun(id, content);
      const get = (pathBelow: string, method = 'GET') => gateway.request(`/api/runs/${id}/${pathBelow}`, { method });
      return {
        id,
        directory,
        events: `${directory}/events.jsonl`,
        get,
        steps: async () => (await get('metrics_step')).body,
        times: async () => (await get('metrics')).body,
      };
    },
  };
}
