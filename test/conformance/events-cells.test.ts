import { describe, expect, it } from 'vitest';
import { body, logged, NO_ROWS, useGateway } from './fixture.ts';

const gateway = useGateway();

async function serveLines(...lines: string[]) {
  return gateway.serve({ events: lines.join('') });
}

/** The body of the step view of events that log these texts as `data`. */
async function stepsOf(...data: string[]): Promise<string> {
  return (await serveLines(...data.map((text) => logged(text)))).steps();
}

/** The body of the step view of one event with these members beside its step. */
async function cellsOf(members: string): Promise<string> {
  return stepsOf(`{"global_step": 1, ${members}}`);
}

describe('cells', () => {
  it('EVENTS-CELL-001 every number, string, boolean and null in data is a cell', async () => {
    const answer = await cellsOf('"loss": 2.25, "stage": "warmup", "best": true, "worst": false, "gap": null');
    expect(answer).toBe(
      body(['global_step', 'loss', 'stage', 'best', 'worst', 'gap'], [1, 2.25, 'warmup', true, false, null]),
    );
  });

  it('EVENTS-CELL-002 arrays and objects are no cells and make no columns', async () => {
    const answer = await cellsOf('"list": [1, {"a": [2]}], "loss": 1, "map": {"loss": 9, "deep": {}}, "none": []');
    expect(answer).toBe(body(['global_step', 'loss'], [1, 1]));
  });

  it('EVENTS-CELL-003 arrays and objects overwrite nothing', async () => {
    const answer = await stepsOf('{"step": 1, "a": 1, "b": 2}', '{"step": 1, "a": [5], "b": {"c": 1}}');
    expect(answer).toBe(body(['global_step', 'a', 'b'], [1, 1, 2]));
  });

  it('EVENTS-CELL-004 an explicit null overwrites', async () => {
    const answer = await stepsOf('{"step": 1, "a": 1, "b": "x"}', '{"step": 1, "a": null}');
    expect(answer).toBe(body(['global_step', 'a', 'b'], [1, null, 'x']));
  });

  it('EVENTS-CELL-005 a value overwrites an explicit null', async () => {
    const answer = await stepsOf('{"step": 1, "a": null}', '{"step": 1, "a": 4}');
    expect(answer).toBe(body(['global_step', 'a'], [1, 4]));
  });

  it('EVENTS-CELL-006 a numeric string as a value stays text', async () => {
    const answer = await cellsOf('"a": "12", "b": "1e3", "c": " 7 ", "d": "NaN", "e": "null", "f": ""');
    expect(answer).toBe(
      body(['global_step', 'a', 'b', 'c', 'd', 'e', 'f'], [1, '12', '1e3', ' 7 ', 'NaN', 'null', '']),
    );
  });

  it('EVENTS-CELL-007 NaN, Infinity and -Infinity are served as null', async () => {
    const answer = await cellsOf('"a": NaN, "b": Infinity, "c": -Infinity, "d": 1');
    expect(answer).toBe(body(['global_step', 'a', 'b', 'c', 'd'], [1, null, null, null, 1]));
  });

  it('EVENTS-CELL-008 NaN and the infinities overwrite as any number does', async () => {
    const answer = await stepsOf('{"step": 1, "a": 1, "b": 2}', '{"step": 1, "a": NaN, "b": -Infinity}');
    expect(answer).toBe(body(['global_step', 'a', 'b'], [1, null, null]));
  });

  it('EVENTS-CELL-009 global_step, step and epoch are never columns, in either view', async () => {
    const run = await serveLines(logged('{"epoch": 3, "step": 9, "loss": 1, "global_step": 2}', '5'));
    expect(await run.steps()).toBe(body(['global_step', 'loss'], [2, 1]));
    expect(await run.times()).toBe(body(['time', 'loss'], [0, 1]));
  });

  it('EVENTS-CELL-010 __proto__, constructor, toString and the like are ordinary column names', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', 'length'];
    const answer = await cellsOf(names.map((name, i) => `"${name}": ${i}`).join(', '));
    expect(answer).toBe(body(['global_step', ...names], [1, ...names.keys()]));
  });

  it('EVENTS-CELL-011 of duplicate keys in data the last one wins', async () => {
    const answer = await cellsOf('"a": 1, "b": 2, "a": 3, "c": 4, "c": null, "d": 5, "d": "text"');
    expect(answer).toBe(body(['global_step', 'a', 'b', 'c', 'd'], [1, 3, 2, null, 'text']));
    const hostile = await cellsOf('"b": 1, "9": 2, "__proto__": 3, "9": 4, "toString": 5, "__proto__": 6');
    expect(hostile).toBe(body(['global_step', 'b', '9', '__proto__', 'toString'], [1, 1, 4, 6, 5]));
  });

  it('EVENTS-CELL-012 of duplicate keys the last one wins also where it is an array or object, and so no cell', async () => {
    expect(await cellsOf('"a": 1, "b": 2, "a": [3]')).toBe(body(['global_step', 'b'], [1, 2]));
    expect(await cellsOf('"a": [3], "b": 2, "a": 1')).toBe(body(['global_step', 'a', 'b'], [1, 1, 2]));
  });

  it('EVENTS-CELL-013 of duplicate steps and timestamps the last one wins', async () => {
    const run = await serveLines(
      '{"ts": 1, "type": "metrics", "data": {"loss": 1, "global_step": 4, "global_step": 5}, "ts": 3}\n',
      '{"ts": 3, "ts": 1, "type": "metrics", "data": {"global_step": 8, "loss": 2, "global_step": "6"}}\n',
      '{"ts": 9, "type": "metrics", "data": {"global_step": 8, "loss": 3, "global_step": true}}\n',
    );
    expect(await run.steps()).toBe(body(['global_step', 'loss'], [5, 1], [6, 2]));
    expect(await run.times()).toBe(body(['time', 'loss'], [0, 2], [2, 1], [8, 3]));
  });

  it('EVENTS-CELL-014 of a duplicate type or data in a line the last one wins', async () => {
    const run = await serveLines(
      '{"type": "image", "data": {"step": 1, "a": 1}, "data": {"step": 2, "b": 1}, "type": "metrics"}\n',
      '{"type": "metrics", "data": {"step": 3, "c": 1}, "type": "image"}\n',
      '{"type": "metrics", "data": {"step": 4, "d": 1}, "data": 5}\n',
    );
    expect(await run.steps()).toBe(body(['global_step', 'b'], [2, 1]));
  });

  it('EVENTS-CELL-015 a key of any text is a column of that name', async () => {
    const names = ['', ' ', 'train/loss', '损失', 'a"b', 'back\\slash', 'tab\tkey', '\u0000', '🚀', 'é', 'NaN'];
    const answer = await cellsOf(names.map((name, i) => `${JSON.stringify(name)}: ${i}`).join(', '));
    expect(answer).toBe(body(['global_step', ...names], [1, ...names.keys()]));
  });

  it('EVENTS-CELL-016 text is served as it was logged, whatever its characters and its spelling in JSON', async () => {
    const answer = await cellsOf(
      String.raw`"a": "训练 🚀", "b": "\u8bad\ud83d\ude80", "c": "\"\\\/\n\t\u0000", "d": " "`,
    );
    expect(answer).toBe(body(['global_step', 'a', 'b', 'c', 'd'], [1, '训练 🚀', '训🚀', '"\\/\n\t\u0000', ' ']));
  });

  it('EVENTS-CELL-017 a column may hold numbers, texts, booleans and nulls', async () => {
    const values = ['1', '"two"', 'true', 'null', 'false', '6.5', '"7"'];
    const answer = await stepsOf(...values.map((value, i) => `{"step": ${i}, "v": ${value}}`));
    const rows = [1, 'two', true, null, false, 6.5, '7'].map((value, i) => [i, value]);
    expect(answer).toBe(body(['global_step', 'v'], ...rows));
  });

  it('EVENTS-CELL-018 numbers are written in the shortest form that ECMAScript has for them', async () => {
    const spellings: [logged: string, served: string][] = [
      ['0.0', '0'],
      ['-0.0', '0'],
      ['1.0', '1'],
      ['-2.50', '-2.5'],
      ['1e3', '1000'],
      ['1E-07', '1e-7'],
      ['0.1', '0.1'],
      ['0.30000000000000004', '0.30000000000000004'],
      ['0.1000000000000000055511151231257827', '0.1'],
      ['123456789012345680000', '123456789012345680000'],
      ['1e21', '1e+21'],
      ['9007199254740993', '9007199254740992'],
      ['5e-324', '5e-324'],
      ['1.7976931348623157e308', '1.7976931348623157e+308'],
      ['1e400', 'null'],
    ];
    const answer = await cellsOf(spellings.map(([token], i) => `"v${i}": ${token}`).join(', '));
    const cells = spellings.map(([, text], i) => `"v${i}":${text}`).join(',');
    expect(answer).toContain(`"rows":[{"global_step":1,${cells}}]`);
  });
});

describe('columns', () => {
  it('EVENTS-COLUMN-001 columns come in the order in which the file first shows them, not in that of the rows', async () => {
    const run = await serveLines(
      logged('{"step": 5, "b": 1, "z": 2}', '20'),
      logged('{"step": 1, "a": 3, "b": 4}', '10'),
    );
    expect(await run.steps()).toBe(body(['global_step', 'b', 'z', 'a'], [1, 4, null, 3], [5, 1, 2, null]));
    expect(await run.times()).toBe(body(['time', 'b', 'z', 'a'], [0, 4, null, 3], [10, 1, 2, null]));
  });

  it('EVENTS-COLUMN-002 an event that is not in the view counts for the order of the columns', async () => {
    const run = await serveLines(
      logged('{"b": 1, "none": 2}'),
      logged('{"step": 1, "a": 3, "b": 4}', null),
      logged('{"step": 2, "b": 5}', null),
    );
    expect(await run.steps()).toBe(body(['global_step', 'b', 'a'], [1, 4, 3], [2, 5, null]));
  });

  it('EVENTS-COLUMN-003 keys that look like indices keep their place in the file', async () => {
    expect(await cellsOf('"b": 1, "10": 2, "0": 3, "-1": 4, "2": 5, "a": 6')).toBe(
      `{"columns":["global_step","b","10","0","-1","2","a"],"rows":[{"global_step":1,"b":1,"10":2,"0":3,"-1":4,"2":5,"a":6}],"total":1,"sampled":1}`,
    );
  });

  it('EVENTS-COLUMN-004 a column that only events outside the view show is absent', async () => {
    const run = await serveLines(logged('{"only_time": 1}', '10'), logged('{"step": 1, "only_step": 2}', null));
    expect(await run.steps()).toBe(body(['global_step', 'only_step'], [1, 2]));
    expect(await run.times()).toBe(body(['time', 'only_time'], [0, 1]));
  });

  it('EVENTS-COLUMN-005 every row carries every column, null where it has no value', async () => {
    const answer = await stepsOf('{"step": 1, "a": 1}', '{"step": 2, "b": "x"}', '{"step": 3, "c": true}');
    expect(answer).toBe(
      body(['global_step', 'a', 'b', 'c'], [1, 1, null, null], [2, null, 'x', null], [3, null, null, true]),
    );
  });

  it('EVENTS-COLUMN-006 a key that is only ever null, or never finite, is a column', async () => {
    expect(await cellsOf('"a": null, "b": NaN')).toBe(body(['global_step', 'a', 'b'], [1, null, null]));
  });

  it('EVENTS-COLUMN-007 where no event is in the view there are no columns', async () => {
    const run = await serveLines(logged('{"loss": 1}', null));
    expect([await run.steps(), await run.times()]).toEqual([NO_ROWS, NO_ROWS]);
  });
});
