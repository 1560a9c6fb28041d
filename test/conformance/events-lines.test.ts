import { appendFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { body, logged, NO_ROWS, useGateway } from './fixture.ts';

const gateway = useGateway();

const LONGEST_LINE = 16 * 1024 * 1024;

const point = (step: number) => logged(`{"global_step": ${step}, "a": ${step}}`, null);
const pointsAt = (...steps: number[]) => body(['global_step', 'a'], ...steps.map((step) => [step, step]));

/** Serves text, in which `<ff>` stands for that byte. */
async function serveBytes(text: string) {
  const bytes = text.replaceAll(/<(..)>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return gateway.serve({ events: Buffer.from(bytes, 'latin1') });
}

/** The step view of a file that has each of these lines between two events. */
async function stepsAround(lines: readonly string[]): Promise<string> {
  const run = await gateway.serve({ events: [point(1), ...lines.map((line) => `${line}\n`), point(2)].join('') });
  return run.steps();
}

describe('lines that are not valid', () => {
  it('EVENTS-LINE-001 a malformed line is skipped and does not stop the lines after it', async () => {
    const data = (text: string) => `{"type": "metrics", "data": {"global_step": 7, ${text}}}`;
    const malformed = [
      '{',
      '}',
      'loss=0.5',
      data('"a": 1').slice(0, -1),
      `${data('"a": 1')} x`,
      `${data('"a": 1')}${data('"b": 1')}`,
      `// ${data('"a": 1')}`,
      data('"a": 1,'),
      data('"a" 1'),
      data('"a": '),
      data("'a': 1"),
      data('a: 1'),
      ...[
        '01',
        '+1',
        '.5',
        '1.',
        '1e',
        '0x1',
        '--1',
        'nan',
        '-NaN',
        'Inf',
        'infinity',
        'True',
        'None',
        'undefined',
      ].map((value) => data(`"a": ${value}`)),
      ...[String.raw`"\q"`, String.raw`"\u12g4"`, '"tab\t"', '"open', '"nul\u0000"'].map((text) =>
        data(`"a": ${text}`),
      ),
      data('"list": [1, 2'),
      data('"list": [1,]'),
      data('"list": [01]'),
      '\u0000\u0000\u0000\u0000',
    ];
    expect(await stepsAround(malformed)).toBe(pointsAt(1, 2));
  });

  it('EVENTS-LINE-002 a line that is JSON but no object is skipped', async () => {
    expect(await stepsAround(['[]', '[{"type": "metrics"}]', '5', '"metrics"', 'null', 'true', 'NaN'])).toBe(
      pointsAt(1, 2),
    );
  });

  it('EVENTS-LINE-003 a line with bad UTF-8 outside a string is skipped', async () => {
    const run = await serveBytes(
      `${point(1)}<ff>${point(7)}${logged('<c3><a9>{"global_step": 7}')}${point(7).trimEnd()}<e2>\n${point(2)}`,
    );
    expect(await run.steps()).toBe(pointsAt(1, 2));
  });

  it('EVENTS-LINE-004 a line over 16 MiB is skipped, and the lines after it are served', async () => {
    const [start, end] = ['{"type": "metrics", "data": {"global_step": 7, "a": "', '"}}'];
    const ofLength = (length: number) => `${start}${'x'.repeat(length - start.length - end.length)}${end}`;
    expect(await stepsAround([ofLength(LONGEST_LINE + 1)])).toBe(pointsAt(1, 2));
    expect(await stepsAround([ofLength(3 * LONGEST_LINE)])).toBe(pointsAt(1, 2));
  });

  it('EVENTS-LINE-005 a line of 16 MiB is read', async () => {
    const event = point(7).trimEnd();
    expect(await stepsAround([event.padEnd(LONGEST_LINE)])).toBe(pointsAt(1, 2, 7));
  });

  it('EVENTS-LINE-006 a file without a single valid line has no rows', async () => {
    const run = await gateway.serve({ events: 'Traceback (most recent call last):\n  File "train.py"\n\n{\n' });
    expect([await run.steps(), await run.times()]).toEqual([NO_ROWS, NO_ROWS]);
  });
});

describe('lines that are valid', () => {
  it('EVENTS-LINE-007 invalid UTF-8 inside a string becomes U+FFFD, in keys as in values', async () => {
    const run = await serveBytes(logged('{"global_step": 1, "t": "a<ff>b", "k<c3>": "<80>"}'));
    expect(await run.steps()).toBe(body(['global_step', 't', 'k\ufffd'], [1, 'a\ufffdb', '\ufffd']));
  });

  it('EVENTS-LINE-008 a UTF-8 byte order mark at the start is accepted', async () => {
    expect(await (await serveBytes(`<ef><bb><bf>${point(1)}${point(2)}`)).steps()).toBe(pointsAt(1, 2));
  });

  it('EVENTS-LINE-009 CRLF line ends are accepted', async () => {
    const run = await gateway.serve({ events: [point(1), point(2), '\n', point(3)].join('').replaceAll('\n', '\r\n') });
    expect(await run.steps()).toBe(pointsAt(1, 2, 3));
  });

  it('EVENTS-LINE-010 blank lines are nothing', async () => {
    expect(await stepsAround(['', '  ', '\t', '\r', ' \t \r'])).toBe(pointsAt(1, 2));
  });

  it('EVENTS-LINE-011 white space around and within the JSON of a line does not matter', async () => {
    const event = ' \t{ "type" :\t"metrics" ,"data":{"global_step":7 , "a"\r: 7\t} } \r';
    expect(await stepsAround([event])).toBe(pointsAt(1, 2, 7));
  });

  it('EVENTS-LINE-012 only LF ends a line: U+2028, U+0085 and the like in a text do not', async () => {
    const run = await gateway.serve({ events: logged('{"step": 1, "t": "a\u2028b\u2029c\u0085d"}') });
    expect(await run.steps()).toBe(body(['global_step', 't'], [1, 'a\u2028b\u2029c\u0085d']));
  });

  it('EVENTS-LINE-013 NaN and Infinity inside values that are no cells do not spoil the line', async () => {
    const lines = ['{"x": [NaN, {"y": -Infinity}], "type": "metrics", "data": {"step": 7, "a": 7, "l": [Infinity]}}'];
    expect(await stepsAround(lines)).toBe(pointsAt(1, 2, 7));
  });

  it('EVENTS-LINE-014 arrays nested however deep do not stop the line nor those after it', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(await stepsAround([logged(`{"step": 7, "a": 7, "deep": ${deep}}`).trimEnd()])).toBe(pointsAt(1, 2, 7));
  });
});

describe('a last line without its newline', () => {
  const half = (line: string) => Math.trunc(line.length / 2);

  it('EVENTS-TAIL-001 is served if it is a complete event', async () => {
    const run = await gateway.serve({ events: point(1) + point(2).trimEnd() });
    expect(await run.steps()).toBe(pointsAt(1, 2));
  });

  it('EVENTS-TAIL-002 is served as before when only its newline comes', async () => {
    const run = await gateway.serve({ events: point(1) + point(2).trimEnd() });
    await run.steps();
    await appendFile(run.events, '\n');
    expect(await run.steps()).toBe(pointsAt(1, 2));
    await appendFile(run.events, point(3));
    expect(await run.steps()).toBe(pointsAt(1, 2, 3));
  });

  it('EVENTS-TAIL-003 is retracted if the finished line turns out invalid, with its columns and its step', async () => {
    const run = await gateway.serve({ events: point(1) + logged('{"global_step": 9, "b": 1}').trimEnd() });
    expect((await run.get('metrics_step')).headers['x-last-step']).toBe('9');
    await appendFile(run.events, ' and so on\n');
    const answer = await run.get('metrics_step');
    expect(answer.body).toBe(pointsAt(1));
    expect(answer.headers['x-last-step']).toBe('1');
  });

  it('EVENTS-TAIL-004 is retracted as soon as more bytes tear it, before its newline comes', async () => {
    const run = await gateway.serve({ events: point(1) + point(2).trimEnd() });
    await run.steps();
    await appendFile(run.events, '{"ty');
    expect(await run.steps()).toBe(pointsAt(1));
  });

  it('EVENTS-TAIL-005 waits while it is torn, and is served when the rest has come', async () => {
    const line = point(2);
    const run = await gateway.serve({ events: point(1) + line.slice(0, half(line)) });
    expect(await run.steps()).toBe(pointsAt(1));
    await appendFile(run.events, line.slice(half(line)));
    expect(await run.steps()).toBe(pointsAt(1, 2));
  });

  it('EVENTS-TAIL-006 loses no point and no character to reads at every byte of it', async () => {
    const lines = Buffer.from(logged('{"global_step": -12, "t": "训🚀"}') + logged('{"step": 1, "t": 2.5}'));
    const run = await gateway.serve({ events: '' });
    const answers: string[] = [];
    for (let i = 0; i < lines.length; i++) {
      await appendFile(run.events, lines.subarray(i, i + 1));
      answers.push(await run.steps());
    }
    const first = lines.indexOf('\n') - 1;
    const last = lines.length - 2;
    const expected = answers.map((_, i) => {
      if (i < first) return NO_ROWS;
      return i < last ? body(['global_step', 't'], [-12, '训🚀']) : body(['global_step', 't'], [-12, '训🚀'], [1, 2.5]);
    });
    expect(answers).toEqual(expected);
  });

  it('EVENTS-TAIL-007 is skipped where it grows over 16 MiB, and the lines after it are served', async () => {
    const run = await gateway.serve({ events: point(1) + point(7).trimEnd() });
    const growth = Buffer.alloc(LONGEST_LINE + 1, ' ');
    await appendFile(run.events, growth);
    expect(await run.steps()).toBe(pointsAt(1));
    await appendFile(run.events, growth);
    expect(await run.steps()).toBe(pointsAt(1));
    await appendFile(run.events, point(8) + point(2));
    expect(await run.steps()).toBe(pointsAt(1, 2));
  });
});
