import fc from 'fast-check';

const columnName = fc.oneof(
  fc.constantFrom('loss', 'train/loss', 'accuracy', 'stage', 'time', 'epoch', 'step', 'global_step'),
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', '10', '损失', '', 'a"b', 'back\\slash', 'tab\tkey'),
);

const numberToken = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0.0', '1e3', '1E+2', '-0.5', '1e400', '9007199254740993'),
);

const text = fc.oneof(
  fc.constantFrom('warmup', 'train', '12', ' 7 ', '-3', '+4', '1e3', '', '训练', '\ud83d\ude80', 'a"b\\c'),
  fc.string({ maxLength: 8 }),
);

const stepToken = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('-0.5', '2.9', '1e15', '9007199254740991', '9007199254740992', '"5"', '" -7 "'),
  },
  { weight: 1, arbitrary: fc.constantFrom('"1e3"', 'true', 'NaN', 'null', '[]', '{}', '""', '"x"') },
);

const valueToken = fc.oneof(
  { weight: 4, arbitrary: numberToken },
  { weight: 2, arbitrary: text.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.constantFrom('true', 'false', 'null') },
  { weight: 1, arbitrary: fc.constantFrom('[]', '{}', '[1, {"a": [NaN, "x"]}]', '{"loss": 1}') },
);

const timestampToken = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((n) => String(1_700_000_000 + n / 4)) },
  { weight: 1, arbitrary: fc.constantFrom('1700000000.0000004', '1700000000.0000006', 'NaN', 'null', '"1"', 'true') },
);

const dataObject = fc
  .tuple(
    fc.option(fc.tuple(fc.constantFrom('global_step', 'step'), stepToken)),
    fc.array(fc.tuple(columnName, valueToken), { maxLength: 6 }),
    fc.option(timestampToken.map((token): [string, string] => ['time', token])),
  )
  .map(([step, cells, time]) => {
    const members = [...(step === null ? [] : [step]), ...cells, ...(time === null ? [] : [time])];
    return `{${members.map(([name, token]) => `${JSON.stringify(name)}: ${token}`).join(', ')}}`;
  });

const eventLine = fc
  .tuple(fc.option(timestampToken), fc.constantFrom('metrics', 'metrics', 'metrics', 'metrics', 'image'), dataObject)
  .map(([ts, type, data]) => `{${ts === null ? '' : `"ts": ${ts}, `}"type": "${type}", "data": ${data}}`);

const oddLine = fc.constantFrom(
  '',
  '   ',
  '[]',
  '5',
  '"metrics"',
  'null',
  '{',
  '{"ts": 1, "type": "metrics", "data": {"loss": 1}',
  '{"ts": 1, "type": "metrics", "data": 5}',
  '{"ts": 1, "type": "metrics"}',
  '{"type": "metrics", "data": {"loss": 01}}',
  '{"type": "metrics", "data": {"loss": 1,}}',
  "{'type': 'metrics'}",
  '{"type": "metrics", "data": {"loss": 1}} x',
  '{"data": {"loss": 3, "global_step": 2}, "type": "metrics", "ts": 1700000001}',
  '{"data": {"loss": 3}, "data": {"acc": 4, "global_step": 3}, "type": "image", "type": "metrics"}',
  '{"type": "metrics", "data": {"bad": "\\q"}}',
  '{"type": "image", "data": {"bad": "\\q"}}',
  '{"\\u0074ype": "metrics", "data": {"\\u006coss": 1, "global_step": 4}}',
);

const garbage = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes.filter((b) => b !== 0x0a)));

const line: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 12, arbitrary: eventLine.map((content) => Buffer.from(content)) },
  { weight: 2, arbitrary: oddLine.map((content) => Buffer.from(content)) },
  { weight: 1, arbitrary: garbage },
  {
    weight: 1,
    arbitrary: fc.constant(
      Buffer.concat([
        Buffer.from('{"type": "metrics", "data": {"t": "'),
        Buffer.from([0xff, 0xc3]),
        Buffer.from('", "global_step": 6}}'),
      ]),
    ),
  },
);

/** Bytes of an events file: mostly events, some of everything that has no place there, with or without a last line end. */
export const eventFile: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom('', '', '\ufeff'),
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 25 }),
    fc.option(
      fc.oneof(
        line,
        eventLine.map((content) => Buffer.from(content.slice(0, content.length >> 1))),
      ),
      { nil: Buffer.alloc(0) },
    ),
  )
  .map(([mark, lines, last]) =>
    Buffer.concat([Buffer.from(mark), ...lines.flatMap(([content, end]) => [content, Buffer.from(end)]), last]),
  );
