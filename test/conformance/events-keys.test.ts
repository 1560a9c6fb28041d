import { describe, expect, it } from 'vitest';
import { body, logged, NO_ROWS, useGateway } from './fixture.ts';

const gateway = useGateway();

async function serveLines(...lines: string[]) {
  return gateway.serve({ events: lines.join('') });
}

/** A column for each token, so that the row in which it lands can be told even where rows merge. */
const marked = (i: number) => `"v${i}": true`;

/** The row in which each marked column has its value, as the axis column says it; null where it is in none. */
function rowsOfMarks(answer: string, axis: string, count: number): unknown[] {
  const { rows }: { rows: Record<string, unknown>[] } = JSON.parse(answer);
  return Array.from({ length: count }, (_, i) => rows.find((cells) => cells[`v${i}`] === true)?.[axis] ?? null);
}

/** The step that each token gives as `data.global_step`. */
async function stepsOf(...tokens: string[]): Promise<unknown[]> {
  const run = await serveLines(...tokens.map((token, i) => logged(`{"global_step": ${token}, ${marked(i)}}`)));
  return rowsOfMarks(await run.steps(), 'global_step', tokens.length);
}

/** Likewise where `data.step` holds a step too: it shows whether the token falls back to it. */
async function stepsBesideAnother(...tokens: string[]): Promise<unknown[]> {
  return stepsOf(...tokens.map((token) => `${token}, "step": 77`));
}

/** The Unix seconds that each pair of tokens, of `ts` and of `data.time`, gives as timestamp. */
async function timestampsOf(...pairs: [ts: string | null, time: string | null][]): Promise<unknown[]> {
  const events = pairs.map(([ts, time], i) => logged(`{${time === null ? '' : `"time": ${time}, `}${marked(i)}}`, ts));
  // The earliest timestamp is 0, so that the time column is the timestamp itself.
  const run = await serveLines(logged('{}', '0'), ...events);
  return rowsOfMarks(await run.times(), 'time', pairs.length);
}

describe('which lines are events', () => {
  it('EVENTS-COUNT-001 an object of type "metrics" whose data is an object is an event', async () => {
    const run = await serveLines('{"ts": 1, "type": "metrics", "data": {"global_step": 1, "loss": 0.5}}\n');
    expect(await run.steps()).toBe(body(['global_step', 'loss'], [1, 0.5]));
    expect(await run.times()).toBe(body(['time', 'loss'], [0, 0.5]));
  });

  it('EVENTS-COUNT-002 an object of another type, or of none, is no event', async () => {
    const types = ['"image"', '"Metrics"', '"metrics "', 'true', 'null', '1', '["metrics"]', '{"metrics": 1}'];
    const run = await serveLines(
      '{"ts": 1, "data": {"global_step": 1, "none": 1}}\n',
      ...types.map((type) => `{"ts": 1, "type": ${type}, "data": {"global_step": 1, "other": 1}}\n`),
    );
    expect([await run.steps(), await run.times()]).toEqual([NO_ROWS, NO_ROWS]);
  });

  it('EVENTS-COUNT-003 an object whose data is no object is no event', async () => {
    const run = await serveLines(
      '{"ts": 1, "type": "metrics"}\n',
      ...['5', '"loss"', 'null', 'true', '[{"loss": 1}]'].map((data) => logged(data)),
    );
    expect([await run.steps(), await run.times()]).toEqual([NO_ROWS, NO_ROWS]);
  });

  it('EVENTS-COUNT-004 the members of a line count in any order, and others beside them do not', async () => {
    const run = await serveLines(
      '{"data": {"loss": 1, "global_step": 1}, "run": {"type": "image"}, "type": "metrics", "step": 9, "ts": 2}\n',
    );
    expect(await run.steps()).toBe(body(['global_step', 'loss'], [1, 1]));
  });

  it('EVENTS-COUNT-005 a key written with escapes is the same key', async () => {
    const run = await serveLines(
      String.raw`{"\u0074s": 1, "typ\u0065": "metr\u0069cs", "d\u0061ta": {"gl\u006fbal_step": 3, "l\u006fss": 1}}`,
    );
    expect(await run.steps()).toBe(body(['global_step', 'loss'], [3, 1]));
  });
});

describe('the step of an event', () => {
  it('EVENTS-STEP-001 a step is data.global_step', async () => {
    expect(await stepsOf('7', '0', '-3', '1e3')).toEqual([7, 0, -3, 1000]);
  });

  it('EVENTS-STEP-002 a step is data.global_step where there is data.step too, in either order', async () => {
    const run = await serveLines(logged('{"step": 1, "global_step": 2, "loss": 1}'));
    expect(await run.steps()).toBe(body(['global_step', 'loss'], [2, 1]));
    expect(await stepsBesideAnother('3')).toEqual([3]);
  });

  it('EVENTS-STEP-003 a step is data.step where data.global_step is absent', async () => {
    const run = await serveLines(logged('{"step": 4, "loss": 1}'), logged('{"step": "5", "loss": 2}'));
    expect(await run.steps()).toBe(body(['global_step', 'loss'], [4, 1], [5, 2]));
  });

  it('EVENTS-STEP-004 a step is data.step where data.global_step is null', async () => {
    expect(await stepsBesideAnother('null')).toEqual([77]);
  });

  it('EVENTS-STEP-005 a step is a number truncated toward zero', async () => {
    expect(await stepsOf('2.9', '-3.7', '1e-9')).toEqual([2, -3, 0]);
  });

  it('EVENTS-STEP-006 a step is 0 for -0.5, one and the same 0, without a sign', async () => {
    const run = await serveLines(logged('{"global_step": -0.5, "a": 1}'), logged('{"global_step": 0, "b": 2}'));
    expect(await run.steps()).toBe(body(['global_step', 'a', 'b'], [0, 1, 2]));
  });

  it('EVENTS-STEP-007 a step is the integer in a string of decimal digits', async () => {
    expect(await stepsOf('"12"', '"0012"', '"0"')).toEqual([12, 12, 0]);
  });

  it('EVENTS-STEP-008 a step is that integer also with a sign', async () => {
    expect(await stepsOf('"-7"', '"+4"')).toEqual([-7, 4]);
  });

  it('EVENTS-STEP-009 a step is that integer also between blanks', async () => {
    expect(await stepsOf('" 8"', '"9 "', String.raw`"  -10\t"`)).toEqual([8, 9, -10]);
  });

  it('EVENTS-STEP-010 there is no step in "1e3", which does not fall back to data.step', async () => {
    expect(await stepsBesideAnother('"1e3"')).toEqual([null]);
  });

  it('EVENTS-STEP-011 there is no step in any other string, which does not fall back', async () => {
    const texts = [
      '',
      ' ',
      '5.0',
      '1.5',
      '0x10',
      '1_000',
      '1,000',
      '--4',
      '+-4',
      '+ 4',
      '4 4',
      'NaN',
      'ten',
      '٣',
      '4a',
    ];
    const tokens = texts.map((text) => JSON.stringify(text));
    expect(await stepsBesideAnother(...tokens)).toEqual(texts.map(() => null));
  });

  it('EVENTS-STEP-012 there is no step in a boolean, which does not fall back', async () => {
    expect(await stepsBesideAnother('true', 'false')).toEqual([null, null]);
  });

  it('EVENTS-STEP-013 there is no step in NaN and the infinities, which do not fall back', async () => {
    expect(await stepsBesideAnother('NaN', 'Infinity', '-Infinity')).toEqual([null, null, null]);
  });

  it('EVENTS-STEP-014 there is no step in an array or object, which does not fall back', async () => {
    expect(await stepsBesideAnother('[1]', '{"step": 1}', '[]')).toEqual([null, null, null]);
  });

  it('EVENTS-STEP-015 a step reaches to 2^53 - 1 and -(2^53 - 1), also as a string', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(await stepsOf(`${most}`, `-${most}`)).toEqual([most, -most]);
    expect(await stepsOf(`"${most}"`, `"-${most}"`)).toEqual([most, -most]);
  });

  it('EVENTS-STEP-016 there is no step beyond 2^53 - 1, as a number or a string, and no falling back', async () => {
    const tokens = ['9007199254740992', '-9007199254740992', '1e300', '"9007199254740992"', '"-9007199254740993"'];
    expect(await stepsBesideAnother(...tokens, `"${'9'.repeat(400)}"`)).toEqual([null, null, null, null, null, null]);
  });

  it('EVENTS-STEP-017 there is no step where data names none; ts, epoch and the place in the file are no step', async () => {
    const run = await serveLines(logged('{"loss": 1, "epoch": 3}'), logged('{"loss": 2, "step": null}'));
    expect(await run.steps()).toBe(NO_ROWS);
  });
});

describe('the timestamp of an event', () => {
  it('EVENTS-TIME-001 a timestamp is ts, in Unix seconds', async () => {
    expect(await timestampsOf(['5', null], ['1704067200.12', null])).toEqual([5, 1704067200.12]);
  });

  it('EVENTS-TIME-002 a timestamp is ts where there is data.time too, also where ts is 0', async () => {
    expect(await timestampsOf(['5', '6'], ['0', '7'])).toEqual([5, 0]);
  });

  it('EVENTS-TIME-003 a timestamp is data.time where ts is absent', async () => {
    expect(await timestampsOf([null, '6.5'])).toEqual([6.5]);
  });

  it('EVENTS-TIME-004 a timestamp is data.time where ts is no finite number', async () => {
    const tokens = ['NaN', 'Infinity', '-Infinity', 'null', '"1"', 'true', '[1]', '{"ts": 1}'];
    expect(await timestampsOf(...tokens.map((ts): [string, string] => [ts, '8']))).toEqual(tokens.map(() => 8));
  });

  it('EVENTS-TIME-005 there is no timestamp where neither is a finite number', async () => {
    const tokens = [null, 'NaN', 'Infinity', '-Infinity', 'null', '"1"', 'true', '[1]'];
    expect(await timestampsOf(...tokens.map((time): [null, typeof time] => [null, time]))).toEqual(
      tokens.map(() => null),
    );
  });

  it('EVENTS-TIME-006 a timestamp is rounded to whole microseconds, so that equal microseconds are one row', async () => {
    const run = await serveLines(
      logged('{"a": 1}', '1704067200.0000001'),
      logged('{"b": 2}', '1704067200.0000002'),
      logged('{"c": 3}', '1704067200.0000007'),
    );
    expect(await run.times()).toBe(body(['time', 'a', 'b', 'c'], [0, 1, 2, null], [0.000001, null, null, 3]));
  });

  it('EVENTS-TIME-007 a timestamp gives a time of exact microseconds, without the error of a difference of seconds', async () => {
    const run = await serveLines(
      logged('{"loss": 1}', '1704067200.12'),
      logged('{"loss": 2}', '1704067200.13'),
      logged('{"loss": 3}', '1704067201.220001'),
    );
    expect(await run.times()).toBe(body(['time', 'loss'], [0, 1], [0.01, 2], [1.100001, 3]));
  });
});
