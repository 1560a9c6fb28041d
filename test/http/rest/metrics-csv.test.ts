import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logged, NO_ROWS, type ServedRun, useGateway, type Value } from '../../conformance/fixture.ts';
import { bytesOf } from '../../conformance/raw-request.ts';
import { metricsEvent } from '../../support/storage.ts';

const fixture = useGateway();
const CSV = { accept: 'text/csv' };
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

async function ask(run: ServedRun, path: string, headers: Readonly<Record<string, string>> = CSV, method = 'GET') {
  return bytesOf(`${fixture.gateway.url}/api/runs/${run.id}/${path}`, headers, method);
}

async function csvOf(run: ServedRun, path: string): Promise<string> {
  return (await ask(run, path)).body.toString();
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** What CSV says, by a reader that is not ours: texts by their quotes, no value by nothing at all. */
function rowsOfCsv(csv: string): Rows {
  const [columns = [], ...rows]: Value[][] = parse(csv, {
    record_delimiter: '\r\n',
    cast: (text, { quoting }) => (quoting ? text : unquoted(text)),
  });
  return { columns: columns.map(String), rows };
}

function unquoted(text: string): Value {
  if (text === '') return null;
  return text === 'true' || text === 'false' ? text === 'true' : Number(text);
}

/** What JSON says, and in the place of a null that CSV tells more of, what CSV says. */
async function rowsOfJson(run: ServedRun, path: string): Promise<Rows> {
  const { body } = await ask(run, path, {});
  const { columns, rows }: { columns: string[]; rows: Record<string, Value>[] } = JSON.parse(body.toString());
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
}

/** As JSON has it. */
function withoutNonFinite({ columns, rows }: Rows): Rows {
  const finite = (value: Value) => (typeof value === 'number' && !Number.isFinite(value) ? null : value);
  return { columns, rows: rows.map((row) => row.map(finite)) };
}

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    ',',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    '\t',
    'a,b',
    '"a',
    'é',
    '训练',
    '\u{1f680}',
    '\ufeff',
    ';',
  ),
  fc.constantFrom('=1+1', '@SUM(A1)', '-1', 'NaN', 'Infinity', 'true', 'null', '1e3', '__proto__', 'constructor', '0'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0.0', '1e400', '5e-324', '1e21', 'null', 'true', 'false'),
  hostile.map((text) => JSON.stringify(text)),
);
const event = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.array(fc.tuple(hostile, value), { maxLength: 5 }))
  .map(([step, cells]) => {
    const members = cells.map(([name, token]) => `${JSON.stringify(name)}: ${token}`);
    return `{"ts": ${1_700_000_000 + step / 3}, "type": "metrics", "data": {${[`"global_step": ${step}`, ...members].join(', ')}}}\n`;
  });

describe('the rows of CSV', () => {
  it('are those of JSON, whatever names and texts hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
        const run = await fixture.serve({ events: events.join('') });
        for (const path of ['metrics', 'metrics_step']) {
          expect(withoutNonFinite(rowsOfCsv(await csvOf(run, path)))).toEqual(await rowsOfJson(run, path));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are these, to the byte', async () => {
    const cells = [
      '"loss": NaN, "a,b": "say \\"hi\\"\\n", "ok": true',
      '"loss": -Infinity, "a,b": "", "ok": false',
      '"loss": 0.10, "a,b": null',
      '"loss": Infinity, "a,b": "=1+1"',
      '"loss": 1e21, "epoch": 1, "a,b": "NaN"',
    ];
    const events = cells.map((data, i) => `{"ts": 1, "type": "metrics", "data": {"global_step": ${i}, ${data}}}\n`);
    const run = await fixture.serve({ events: events.join('') });
    expect(await csvOf(run, 'metrics_step')).toBe(
      '"global_step","loss","a,b","ok"\r\n' +
        '0,NaN,"say ""hi""\n",true\r\n' +
        '1,-Infinity,"",false\r\n' +
        '2,0.1,,\r\n' +
        '3,Infinity,"=1+1",\r\n' +
        '4,1e+21,"NaN",\r\n',
    );
  });

  it('are a header that names the axis where there are none', async () => {
    const run = await fixture.serve({});
    expect([await csvOf(run, 'metrics'), await csvOf(run, 'metrics_step')]).toEqual([
      '"time"\r\n',
      '"global_step"\r\n',
    ]);
    expect((await ask(run, 'metrics', {})).body.toString()).toBe(NO_ROWS);
  });

  it('are those of JSON in an answer that is written in pieces, sampled or not', async () => {
    const metrics = Array.from({ length: 160 }, (_, i) => `"metric ${i}": ${i / 7}`).join(', ');
    const events = Array.from({ length: 3000 }, (_, i) => logged(`{"step": ${i}, "wave": ${Math.sin(i)}, ${metrics}}`));
    const run = await fixture.serve({ events: events.join('') });
    for (const [path, count] of [
      ['metrics_step', 3000],
      ['metrics_step?downsample=2900', 2900],
    ] as const) {
      const answer = await ask(run, path);
      expect(answer.headers).not.toHaveProperty('content-length');
      const [header, ...lines] = answer.body.toString().trimEnd().split('\r\n');
      const { columns, rows } = await rowsOfJson(run, path);
      expect(header).toBe(columns.map((name) => `"${name}"`).join(','));
      expect(lines).toHaveLength(count);
      // As texts: to compare half a million values one by one takes long.
      expect(lines.join('\n') === rows.map((row) => row.join(',')).join('\n')).toBe(true);
    }
  });
});

describe('who gets CSV', () => {
  it.each([
    'text/csv',
    'TEXT/CSV',
    'text/csv; charset=utf-8',
    'text/csv;header=present',
    'text/csv, */*;q=0.1',
    'application/json;q=0.9, text/csv',
    'text/csv, application/json',
  ])('who likes it best: %s', async (accept) => {
    const { headers } = await ask(await fixture.serve({}), 'metrics', { accept });
    expect(headers['content-type']).toBe(CSV_TYPE);
  });

  it.each([
    undefined,
    '*/*',
    'application/json',
    'application/json, text/plain, */*',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'application/json, text/csv',
    'text/csv;q=0.9, application/json',
    'text/csv;q=0, */*',
    'text/plain',
    'image/png',
    'nonsense',
    '',
  ])('everyone else gets JSON, as ever: %s', async (accept) => {
    const { status, headers, body } = await ask(
      await fixture.serve({}),
      'metrics',
      accept === undefined ? {} : { accept },
    );
    expect([status, headers['content-type'], body.toString()]).toEqual([200, 'application/json', NO_ROWS]);
  });

  it('errors are JSON also to those who like CSV best', async () => {
    const run = await fixture.serve({});
    const { status, headers, body } = await ask(run, 'metrics?downsample=1');
    expect([status, headers['content-type']]).toEqual([422, 'application/json']);
    expect(JSON.parse(body.toString())).toHaveProperty('detail');
  });
});

describe('an answer in CSV', () => {
  const events = Array.from({ length: 300 }, (_, i) => metricsEvent(i, { loss: Math.sin(i) }));

  it('has the headers of JSON, and says that the format depends on Accept', async () => {
    const run = await fixture.serve({ events });
    for (const path of ['metrics', 'metrics_step?downsample=100']) {
      const [csv, json] = [await ask(run, path), await ask(run, path, {})];
      for (const name of ['x-row-count', 'x-total-count', 'x-last-step', 'cache-control', 'vary']) {
        expect(csv.headers[name], name).toBe(json.headers[name]);
      }
      expect(csv.headers.vary?.split(', ')).toEqual(expect.arrayContaining(['Accept', 'Accept-Encoding']));
      expect(rowsOfCsv(csv.body.toString()).rows).toHaveLength(Number(csv.headers['x-row-count']));
    }
  });

  it('has a tag of its own, by which it is not sent again', async () => {
    const run = await fixture.serve({ events });
    const [csv, json] = [await ask(run, 'metrics'), await ask(run, 'metrics', {})];
    const [tag = '', other = ''] = [csv.headers.etag, json.headers.etag];
    expect(tag).not.toBe(other);
    expect(await ask(run, 'metrics', { ...CSV, 'if-none-match': tag })).toMatchObject({
      status: 304,
      headers: { etag: tag },
    });
    expect((await ask(run, 'metrics', { ...CSV, 'if-none-match': other })).status).toBe(200);
    expect((await ask(run, 'metrics', { 'if-none-match': tag })).status).toBe(200);
  });

  it('may be asked for by HEAD', async () => {
    const run = await fixture.serve({ events });
    const { status, headers, body } = await ask(run, 'metrics', CSV, 'HEAD');
    expect([status, headers['content-type'], headers['x-row-count'], body.length]).toEqual([200, CSV_TYPE, '300', 0]);
  });

  it('is compressed for those who take it so', async () => {
    const run = await fixture.serve({ events });
    const { headers, body } = await ask(run, 'metrics', { ...CSV, 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).toString()).toBe(await csvOf(run, 'metrics'));
  });

  it('counts as one request of the cache, as JSON does', async () => {
    const run = await fixture.serve({ events });
    const hits = async () => JSON.parse((await fixture.gateway.request('/api/metrics/cache/stats')).body).hits;
    await ask(run, 'metrics');
    const before = await hits();
    await ask(run, 'metrics');
    await ask(run, 'metrics', {});
    expect(await hits()).toBe(before + 2);
  });
});
