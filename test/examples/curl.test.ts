import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START } from '../support/storage.ts';
import { findTool } from '../support/tools.ts';

const curl = findTool('curl', ['curl'], ['--version']);
const script = fileURLToPath(new URL('../../examples/curl/tour.sh', import.meta.url));

/** What it prints. */
async function tour(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, NO_PROXY: '127.0.0.1' };
  const { stdout } = await promisify(execFile)('bash', [script, ...args], { env });
  return stdout;
}

/** The values of all lines that are JSON, with or without the `data: ` of an event stream. */
function answersIn(printed: string): readonly unknown[] {
  const lines = printed.split('\n').map((line) => line.replace(/^data: /, ''));
  return lines.filter((line) => line.startsWith('{')).map((line): unknown => JSON.parse(line));
}

describe.skipIf(curl === undefined)('the tour with curl', () => {
  it('prints each of its commands, and what the gateway answers', async () => {
    await using storage = await makeStorage();
    const events = Array.from({ length: 150 }, (_, i) => metricsEvent(i + 1, { loss: 1 / (i + 1), stage: 'train' }));
    await storage.addRun('run', { events, files: { 'logs.txt': 'one\n\u001b[32mtwo\u001b[0m\nthree\n' } });
    await using gateway = await startTestGateway(storage);
    const printed = await tour(gateway.url, 'run');

    const commands = printed.split('\n').filter((line) => line.startsWith('curl '));
    expect(commands).toHaveLength(7);
    const [runs, columns, range, deltas, end, log, logEnd] = answersIn(printed.replaceAll(/^\{"columns".*$/gm, ''));
    expect(runs).toEqual({ data: { runs: { totalCount: 1, nodes: [{ runId: 'run', status: 'FINISHED' }] } } });
    expect(columns).toEqual({
      data: {
        run: {
          status: 'FINISHED',
          metricsStep: {
            lastStep: 150,
            totalCount: 150,
            series: ['loss', 'time'].map((name) => ({ name, missingCount: 0 })),
            labels: [{ name: 'stage' }],
          },
        },
      },
    });
    expect(range).toMatchObject({
      data: { run: { metricsStep: { x: [1, 2, 3, 4, 5], series: [{ values: [1, 0.5, 1 / 3, 0.25, 0.2] }, {}] } } },
    });
    expect(printed).toContain('X-Row-Count: 100\r\nX-Total-Count: 150\r\n');
    expect(printed).toContain(`{"columns":["global_step","loss","stage","time"],"rows":[{"global_step":1,"loss":1,`);
    expect(printed).toContain('"global_step","loss","stage","time"\r\n1,1,"train",');
    const all = { x: Array.from(events, (_, i) => i + 1), cursor: expect.any(String) };
    expect(deltas).toMatchObject({ data: { metrics: { __typename: 'MetricDelta', frame: all, removed: [] } } });
    expect(end).toEqual({ data: { metrics: { __typename: 'StreamEnd', status: 'FINISHED' } } });
    expect(log).toEqual({ data: { logs: { lines: ['two', 'three'], cursor: expect.any(String) } } });
    expect(logEnd).toEqual({ data: { logs: { status: 'FINISHED' } } });
  });

  it('is of the newest run unless told, and ends in order though that one trains', async () => {
    await using storage = await makeStorage();
    const meta = (id: string, age: number) => ({ id, created_at: START - age });
    await storage.addRun('old', { meta: meta('old', 60) });
    await storage.addRun('new', { meta: meta('new', 0), status: { status: 'running', started_at: START } });
    await using gateway = await startTestGateway(storage);
    expect(await tour(gateway.url, '', '0.2')).toContain('\nRUN=new\n');
  });

  it('says that there are no runs', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage);
    await expect(tour(gateway.url)).rejects.toMatchObject({ code: 1, stderr: `there are no runs at ${gateway.url}\n` });
  });
});
