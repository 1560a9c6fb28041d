import { describe, expect, it } from 'vitest';
import { body, logged, useGateway } from './fixture.ts';

const gateway = useGateway();

async function serveLines(...lines: string[]) {
  return gateway.serve({ events: lines.join('') });
}

describe('the step view', () => {
  it('EVENTS-STEPVIEW-001 the step view has one row a step, ascending, whatever the order in the file', async () => {
    const run = await serveLines(
      ...['10', '-2', '9', '"100"'].map((step) => logged(`{"step": ${step}, "v": ${step}}`)),
    );
    expect(await run.steps()).toBe(body(['global_step', 'v'], [-2, -2], [9, 9], [10, 10], [100, '100']));
  });

  it('EVENTS-STEPVIEW-002 events of one step merge cell by cell, wherever they lie in the file', async () => {
    const run = await serveLines(
      logged('{"step": 1, "a": 1, "b": 2}', '1'),
      logged('{"step": 2, "a": 3}', '2'),
      logged('{"step": 1, "c": 4}', '3'),
    );
    expect(await run.steps()).toBe(body(['global_step', 'a', 'b', 'c'], [1, 1, 2, 4], [2, 3, null, null]));
  });

  it('EVENTS-STEPVIEW-003 of two values of one cell the later line wins, also where its timestamp is earlier', async () => {
    const run = await serveLines(logged('{"step": 1, "a": 1}', '9'), logged('{"step": 1.5, "a": 2}', '3'));
    expect(await run.steps()).toBe(body(['global_step', 'a'], [1, 2]));
  });

  it('EVENTS-STEPVIEW-004 global_step is the first column, wherever the event names its step', async () => {
    const run = await serveLines(logged('{"a": 1, "b": 2, "global_step": 3}'));
    expect(await run.steps()).toBe(body(['global_step', 'a', 'b'], [3, 1, 2]));
  });

  it('EVENTS-STEPVIEW-005 an event without a step is not in it', async () => {
    const run = await serveLines(logged('{"step": 1, "a": 1}'), logged('{"a": 2}'), logged('{"step": "x", "a": 3}'));
    expect(await run.steps()).toBe(body(['global_step', 'a'], [1, 1]));
  });

  it('EVENTS-STEPVIEW-006 time, where logged, is an ordinary column, as logged', async () => {
    const run = await serveLines(
      logged('{"step": 1, "a": 1, "time": 1704067200.1234567, "b": 2}'),
      logged('{"step": 2, "time": "noon"}'),
      logged('{"step": 3, "a": 3}'),
    );
    expect(await run.steps()).toBe(
      body(
        ['global_step', 'a', 'time', 'b'],
        [1, 1, 1704067200.1234567, 2],
        [2, null, 'noon', null],
        [3, 3, null, null],
      ),
    );
  });

  it('EVENTS-STEPVIEW-007 an event without any column makes its row', async () => {
    const run = await serveLines(logged('{"step": 1}'), logged('{"step": 2, "a": 1}'), logged('{"step": 3, "x": []}'));
    expect(await run.steps()).toBe(body(['global_step', 'a'], [1, null], [2, 1], [3, null]));
    const bare = await serveLines(logged('{"step": 1}'), logged('{"step": 2}'));
    expect(await bare.steps()).toBe(body(['global_step'], [1], [2]));
  });
});

describe('the time view', () => {
  it('EVENTS-TIMEVIEW-001 the time view has one row a timestamp, ascending, whatever the order in the file', async () => {
    const run = await serveLines(...['100', '98.5', '102'].map((ts) => logged(`{"v": ${ts}}`, ts)));
    expect(await run.times()).toBe(body(['time', 'v'], [0, 98.5], [1.5, 100], [3.5, 102]));
  });

  it('EVENTS-TIMEVIEW-002 events of one timestamp merge cell by cell, wherever they lie in the file', async () => {
    const run = await serveLines(
      logged('{"step": 1, "a": 1, "b": 2}', '10'),
      logged('{"step": 2, "a": 3}', '11'),
      logged('{"step": 3, "c": 4}', '10'),
    );
    expect(await run.times()).toBe(body(['time', 'a', 'b', 'c'], [0, 1, 2, 4], [1, 3, null, null]));
  });

  it('EVENTS-TIMEVIEW-003 of two values of one cell the later line wins, also where its step is lower', async () => {
    const run = await serveLines(logged('{"step": 9, "a": 1}', '10'), logged('{"step": 3, "a": null}', '10.0000001'));
    expect(await run.times()).toBe(body(['time', 'a'], [0, null]));
  });

  it('EVENTS-TIMEVIEW-004 time is the first column', async () => {
    const run = await serveLines(logged('{"a": 1, "time": 4, "b": 2}', null));
    expect(await run.times()).toBe(body(['time', 'a', 'b'], [0, 1, 2]));
  });

  it('EVENTS-TIMEVIEW-005 time starts at 0 with the earliest event of this view, not the first in the file', async () => {
    const run = await serveLines(logged('{"a": 1}', '12'), logged('{"a": 2}', '-3.5'), logged('{"a": 3}', '10'));
    expect(await run.times()).toBe(body(['time', 'a'], [0, 2], [13.5, 3], [15.5, 1]));
  });

  it('EVENTS-TIMEVIEW-006 an event without a timestamp is not in it', async () => {
    const run = await serveLines(
      logged('{"step": 1, "a": 1}', null),
      logged('{"step": 2, "a": 2}', '50'),
      logged('{"step": 3, "a": 3, "time": "51"}', 'NaN'),
    );
    expect(await run.times()).toBe(body(['time', 'a'], [0, 2]));
  });

  it('EVENTS-TIMEVIEW-007 data.time is no column, whether it gave the timestamp or not', async () => {
    const run = await serveLines(logged('{"a": 1, "time": 999}', '10'), logged('{"a": 2, "time": 12}', null));
    expect(await run.times()).toBe(body(['time', 'a'], [0, 1], [2, 2]));
  });

  it('EVENTS-TIMEVIEW-008 an event without any column makes its row', async () => {
    const run = await serveLines(logged('{}', '10'), logged('{"epoch": 1, "time": 5}', '11'));
    expect(await run.times()).toBe(body(['time'], [0], [1]));
  });

  it('EVENTS-TIMEVIEW-009 an event without a step is in it', async () => {
    const run = await serveLines(logged('{"a": 1}', '10'), logged('{"global_step": "1e3", "step": 1, "a": 2}', '11'));
    expect(await run.times()).toBe(body(['time', 'a'], [0, 1], [1, 2]));
  });
});
