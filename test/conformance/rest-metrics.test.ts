import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { body, logged, NO_ROWS, useGateway } from './fixture.ts';

const gateway = useGateway();

const VIEWS = ['metrics', 'metrics_step'];

/** The headers that count, as both views give them. */
async function countHeaders(events: string | undefined) {
  const run = await gateway.serve(events === undefined ? {} : { events });
  const answers = await Promise.all(VIEWS.map((view) => run.get(view)));
  return answers.map(({ headers }) => [headers['x-row-count'], headers['x-total-count'], headers['x-last-step']]);
}

describe('the metrics of a run', () => {
  it('REST-METRICS-001 /metrics answers with columns, rows, total and sampled, by time', async () => {
    const run = await gateway.serve({
      events: logged('{"loss": 2.3025, "accuracy": 0.1234, "learning_rate": 0.001, "global_step": 1}', '1704067200.12'),
    });
    const answer = await run.get('metrics');
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(
      '{"columns":["time","loss","accuracy","learning_rate"],' +
        '"rows":[{"time":0,"loss":2.3025,"accuracy":0.1234,"learning_rate":0.001}],"total":1,"sampled":1}',
    );
  });

  it('REST-METRICS-002 /metrics_step answers with the same members, by step', async () => {
    const run = await gateway.serve({
      events: logged('{"loss": 2.3025, "accuracy": 0.1234, "global_step": 1, "stage": "warmup"}'),
    });
    const answer = await run.get('metrics_step');
    expect(answer.status).toBe(200);
    expect(answer.body).toBe(
      '{"columns":["global_step","loss","accuracy","stage"],' +
        '"rows":[{"global_step":1,"loss":2.3025,"accuracy":0.1234,"stage":"warmup"}],"total":1,"sampled":1}',
    );
  });

  it('REST-METRICS-003 both answer as application/json', async () => {
    const run = await gateway.serve({ events: logged('{"step": 1}') });
    for (const view of VIEWS) {
      expect((await run.get(view)).headers['content-type']).toMatch(/^application\/json(; ?charset=utf-8)?$/i);
    }
  });

  it('REST-METRICS-004 without downsample every row is in the answer, and total and sampled are their number', async () => {
    const steps = Array.from({ length: 60_001 }, (_, i) => i);
    const run = await gateway.serve({ events: steps.map((i) => logged(`{"step": ${i}, "a": ${i}}`, `${i}`)).join('') });
    expect(await run.times()).toBe(body(['time', 'a'], ...steps.map((i) => [i, i])));
    expect(JSON.parse(await run.steps())).toMatchObject({ total: 60_001, sampled: 60_001 });
  });

  it('REST-METRICS-005 X-Row-Count and X-Total-Count are the rows of the view, not the events', async () => {
    const events = [logged('{"step": 1}', '1'), logged('{"step": 1}', '2'), logged('{"step": 2}', null)].join('');
    const [time, step] = await countHeaders(events + logged('{"step": 3}', '2'));
    expect(time.slice(0, 2)).toEqual(['2', '2']);
    expect(step.slice(0, 2)).toEqual(['3', '3']);
  });

  it('REST-METRICS-006 X-Last-Step is the highest step in the run, not the last one, over both views', async () => {
    const events = [logged('{"step": 3}'), logged('{"step": 12}', null), logged('{"step": 9}')].join('');
    const [time, step] = await countHeaders(events);
    expect([time[2], step[2]]).toEqual(['12', '12']);
  });

  it('REST-METRICS-007 X-Last-Step may be 0, negative or as large as a step can be', async () => {
    for (const step of ['0', '-5', '9007199254740991']) {
      expect((await countHeaders(logged(`{"step": ${step}}`)))[1][2]).toBe(step);
    }
  });

  it('REST-METRICS-008 X-Last-Step is absent where the run has no step', async () => {
    expect(await countHeaders(logged('{"loss": 1}'))).toEqual([
      ['1', '1', undefined],
      ['0', '0', undefined],
    ]);
  });

  it('REST-METRICS-009 a run without an events file has no columns and no rows', async () => {
    const run = await gateway.serve();
    const none = ['0', '0', undefined];
    expect(await countHeaders(undefined)).toEqual([none, none]);
    for (const view of VIEWS) expect(await run.get(view)).toMatchObject({ status: 200, body: NO_ROWS });
  });

  it('REST-METRICS-010 a run with an empty events file has no columns and no rows', async () => {
    const run = await gateway.serve({ events: '' });
    const none = ['0', '0', undefined];
    expect(await countHeaders('')).toEqual([none, none]);
    for (const view of VIEWS) expect(await run.get(view)).toMatchObject({ status: 200, body: NO_ROWS });
  });

  it('REST-METRICS-011 the answer holds everything that was written before the request', async () => {
    const run = await gateway.serve({ events: logged('{"step": 1}') });
    for (let step = 2; step < 20; step++) {
      await appendFile(run.events, logged(`{"step": ${step}}`));
      expect((await run.get('metrics')).headers['x-last-step']).toBe(`${step}`);
    }
  });

  it('REST-METRICS-012 runs of both layouts are served', async () => {
    for (const layout of ['current', 'legacy'] as const) {
      const run = await gateway.serve({ layout, path: 'vision/resnet', events: logged('{"step": 1, "a": 1}') });
      expect(await run.steps()).toBe(body(['global_step', 'a'], [1, 1]));
    }
  });
});
