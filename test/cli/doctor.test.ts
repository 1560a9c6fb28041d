import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useRunlens } from '../support/runlens-process.ts';
import { eventLines, makeStorage, metricsEvent, type RunContent, START, type TestStorage } from '../support/storage.ts';

const { runlens } = useRunlens();
let storage: TestStorage;

beforeAll(async () => {
  storage = await makeStorage();
});
afterAll(() => storage.remove());

const EVENTS = eventLines([metricsEvent(1, { loss: 1 }), metricsEvent(2, { loss: 0.5 })]);
const LOG = { 'logs.txt': 'line\n' };

function manyColumns(from: number, to: number): object {
  return Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`m${from + i}`, 1]));
}

/** What the command says of a storage that has this run alone. */
async function doctor(content: RunContent, arrange = async (_directory: string): Promise<unknown> => undefined) {
  await using own = await makeStorage();
  await arrange(await own.addRun('run-1', { events: EVENTS, files: LOG, path: 'lab', ...content }));
  const told = await examine(own.root);
  expect(told.extent).toMatch(new RegExp(`^${own.root}: 1 run, `));
  return told;
}

async function examine(root: string, ...options: string[]) {
  const { code, stdout, stderr } = await (await runlens(['doctor', '--storage', root, ...options])).ended;
  expect(stderr).toBe('');
  const [extent, ...lines] = stdout.trimEnd().split('\n');
  return { code, extent, lines };
}

const wrong = (title: string, ...places: string[]) => ({
  code: 1,
  lines: ['wrong:', `  ${title}`, ...places.map((place) => `    ${place}`), 'nothing odd'],
});
const odd = (title: string, ...places: string[]) => ({
  code: 0,
  lines: ['nothing wrong', 'odd:', `  ${title}`, ...places.map((place) => `    ${place}`)],
});

describe.concurrent('runlens doctor', () => {
  it('says how much there is, and that nothing is wrong, where nothing is', async () => {
    const { code, extent, lines } = await doctor({});
    expect({ code, lines }).toEqual({ code: 0, lines: ['nothing wrong', 'nothing odd'] });
    expect(extent).toContain(`1 run, 4 files, 2 lines of events in ${EVENTS.length} bytes`);
  });

  it('tells of lines that are left out, how many and where first, and reads on behind them', async () => {
    const events = `${EVENTS}{"type": nonsense}\n${EVENTS}[1]\n${'x'.repeat(17 * 1024 * 1024)}\n${EVENTS}`;
    const { extent, ...rest } = await doctor({ events });
    expect(rest).toMatchObject({
      code: 1,
      lines: [
        'wrong:',
        '  3 lines of events.jsonl that are left out',
        expect.any(String),
        ...odd('2 steps that are lower than the one before', 'runs/lab/run-1/events.jsonl: 1 after 2').lines.slice(1),
      ],
    });
    expect(rest.lines[2]).toBe('    runs/lab/run-1/events.jsonl line 3: not JSON at byte 11');
    expect(extent).toContain(' 9 lines ');
  });

  it('tells of values that are left out since they are arrays or objects', async () => {
    const events = [metricsEvent(1, { loss: 1, weights: [1, 2] }), metricsEvent(2, { weights: { mean: 1 } })];
    expect(await doctor({ events })).toMatchObject(
      wrong(
        '2 values in events.jsonl that are arrays or objects, and left out',
        'runs/lab/run-1/events.jsonl: such as weights',
      ),
    );
  });

  it.each([
    ['a line', (names: number) => [metricsEvent(1, manyColumns(0, names))]],
    [
      'all lines',
      (names: number) => [metricsEvent(1, manyColumns(0, 50_000)), metricsEvent(2, manyColumns(50_000, names))],
    ],
  ])('tells of more columns than a run may have, in %s', async (_, eventsOf) => {
    // With `time`, which all of them log.
    expect(await doctor({ events: eventsOf(99_999) })).toMatchObject({ code: 0 });
    expect(await doctor({ events: eventsOf(100_000) })).toMatchObject(
      wrong(
        '1 events.jsonl with more columns than a run may have',
        'runs/lab/run-1/events.jsonl: more than 100000 columns; it was not read to its end',
      ),
    );
  });

  it.each([
    ['meta.json', { meta: '{"id": ' }],
    ['assets.json', { files: { ...LOG, 'assets.json': '[1]' } }],
    ['summary.json', { files: { ...LOG, 'summary.json': '' } }],
  ])('tells that %s is no JSON object', async (name, content) => {
    expect(await doctor(content)).toMatchObject(wrong('1 file that is no JSON object', `runs/lab/run-1/${name}`));
  });

  it.each(['events.jsonl', 'logs.txt', 'assets.json'])('tells that %s is no file', async (name) => {
    const files = name === 'logs.txt' ? {} : LOG;
    const content = name === 'events.jsonl' ? { files: { ...files, [name]: null } } : { files };
    const told = await doctor(content, (directory) => mkdir(join(directory, name)));
    expect(told.lines).toContain('  1 file that cannot be read');
    expect(told.lines).toContain(`    runs/lab/run-1/${name}: not a regular file`);
    expect(told.code).toBe(1);
  });

  it('tells of a half-written last line, but not of a run that goes on', async () => {
    const events = `${EVENTS}{"ts": 1, "ty`;
    const torn = wrong('1 half-written last line of a run that has ended', 'runs/lab/run-1/events.jsonl line 3');
    expect(await doctor({ events })).toMatchObject(torn);
    expect(await doctor({ events, status: { status: 'running' } })).toMatchObject({
      code: 0,
      lines: ['nothing wrong', 'nothing odd'],
    });
  });

  it('tells of a run that says running, but whose process is gone', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    const meta = { id: 'run-1', hostname: hostname(), pid: child.pid, created_at: START };
    const told = await doctor({ meta, status: { status: 'running', started_at: START } });
    expect(told).toMatchObject(
      odd('1 run that says running, but whose process is gone', `runs/lab/run-1: process ${child.pid}`),
    );
  });

  it('tells of values that are NaN or infinite, of steps that go back and of events from the future', async () => {
    const far = Date.UTC(2200, 0) / 1000;
    const events = [
      metricsEvent(5, { loss: Number.NaN, note: 'x', ok: 1 }),
      metricsEvent(3, { loss: Number.POSITIVE_INFINITY, ok: 1 }),
      metricsEvent(4, { loss: 1, ok: null }, far),
    ];
    const name = 'runs/lab/run-1/events.jsonl';
    expect(await doctor({ events })).toMatchObject({
      code: 0,
      lines: [
        'nothing wrong',
        'odd:',
        '  2 values that are NaN or infinite',
        `    ${name}: loss`,
        '  1 step that is lower than the one before',
        `    ${name}: 3 after 5`,
        '  1 event from the future',
        `    ${name}: such as 2200-01-01T00:00:00.000Z`,
      ],
    });
  });

  it.each([
    ['1 run without a status that is known', { status: { status: 'asleep' } }],
    ['1 run without events', { events: '' }],
    ['1 run without a log', { files: {} }],
  ])('tells of %s', async (title, content) => {
    expect(await doctor(content)).toMatchObject(odd(title, 'runs/lab/run-1'));
  });

  it('tells of links to directories, which are not followed, but of no others', async () => {
    const told = await doctor({}, async (directory) => {
      await symlink(directory, join(directory, '..', 'again'));
      await symlink(directory, join(directory, 'below-a-run'));
      await symlink(join(directory, 'logs.txt'), join(directory, '..', 'file'));
    });
    expect(told).toMatchObject(odd('1 link to a directory, which is not followed', 'runs/lab/again'));
  });

  it('tells that an id occurs twice, and which of the two is served', async () => {
    const run = { events: EVENTS, files: LOG };
    await storage.addRun('twice', { ...run, path: 'a' });
    await storage.addRun('twice', { ...run, path: 'b' });
    expect(await examine(storage.root)).toEqual({
      code: 1,
      extent: expect.stringContaining(': 1 run, '),
      lines: wrong('1 run id that several directories have', 'twice: served is runs/a/twice, not runs/b/twice').lines,
    });
  });

  it.each(['meta.json', 'status.json', 'summary.json'])(
    'tells once that %s is a FIFO, and does not wait for it',
    async (name) => {
      const { lines } = await doctor({}, async (directory) => {
        await rm(join(directory, name), { force: true });
        execFileSync('mkfifo', [join(directory, name)]);
      });
      const { lines: expected } = wrong('1 file that cannot be read', `runs/lab/run-1/${name}: not a regular file`);
      expect(lines.slice(0, 3)).toEqual(expected.slice(0, 3));
      expect(lines.join('\n')).not.toContain('director');
    },
  );

  it.each(['events.jsonl', 'logs.txt'])(
    'tells of a directory that has %s, but is no run for want of meta.json and status.json',
    async (name) => {
      const told = await doctor({}, async (directory) => {
        await mkdir(join(directory, '../../deep/lost'), { recursive: true });
        await writeFile(join(directory, '../../deep/lost', name), EVENTS);
        // Below a run nothing is looked for.
        await mkdir(join(directory, 'part'));
        await writeFile(join(directory, 'part', name), EVENTS);
      });
      expect(told).toMatchObject(
        wrong(
          '1 directory that is no run, since it has neither meta.json nor status.json, but files of one',
          'runs/deep/lost',
        ),
      );
    },
  );

  it('tells of deleted runs, which are not served, in both layouts', async () => {
    const deleted = { events: EVENTS, files: { '.deleted': '' } };
    const told = await doctor({}, async (directory) => {
      const root = join(directory, '../../..');
      await using other = await makeStorage();
      await other.addRun('old', { ...deleted, layout: 'legacy' });
      await other.addRun('gone', deleted);
      await cp(other.root, root, { recursive: true });
    });
    expect(told).toMatchObject(odd('2 deleted runs, which are not served', 'demo/test/runs/old', 'runs/gone'));
  });

  it('tells of directories whose names are not UTF-8', async () => {
    const told = await doctor({}, (directory) =>
      mkdir(Buffer.concat([Buffer.from(join(directory, '../caf')), Buffer.from([0xe9])])),
    );
    expect(told).toMatchObject(
      wrong('1 directory whose name is not UTF-8, in which no run is found', 'runs/lab/caf\uFFFD'),
    );
  });

  it.each([
    ['an empty directory', async (_root: string): Promise<unknown> => undefined],
    ['an empty runs', (root: string) => mkdir(join(root, 'runs'))],
  ])('tells that there is no run in %s, and where runs are looked for', async (_, arrange) => {
    await using own = await makeStorage();
    await arrange(own.root);
    expect(await examine(own.root)).toEqual({
      extent: `${own.root}: 0 runs, 0 files, 0 lines of events in 0 bytes`,
      ...odd(
        '1 storage without a run to serve',
        'runs are looked for at runs/…/<run id>/, with a meta.json or status.json, and at <project>/<name>/runs/<run id>/',
      ),
    });
  });

  it('looks behind links to directories where these are followed, once, and tells of links behind them', async () => {
    await using own = await makeStorage();
    await using elsewhere = await makeStorage();
    await own.addRun('run-1', { events: EVENTS, files: LOG, path: 'lab' });
    await mkdir(join(elsewhere.root, 'lost'));
    await writeFile(join(elsewhere.root, 'lost/logs.txt'), '');
    await symlink(own.root, join(elsewhere.root, 'further'));
    await symlink(elsewhere.root, join(own.root, 'runs/there'));
    await symlink(join(own.root, 'runs'), join(own.root, 'runs/lab/back'));
    const { lines } = await examine(own.root, '--follow-symlinks');
    expect(lines).toEqual([
      'wrong:',
      '  1 directory that is no run, since it has neither meta.json nor status.json, but files of one',
      '    runs/there/lost',
      'odd:',
      '  1 link to a directory, which is not followed',
      '    runs/there/further',
    ]);
  });

  it('tells of a directory that cannot be read by where it is in the storage', async () => {
    await using own = await makeStorage();
    await own.addRun('run-1', { events: EVENTS, files: LOG });
    await symlink('self', join(own.root, 'runs/self'));
    const { lines } = await examine(own.root, '--follow-symlinks');
    expect(lines).toEqual(wrong('1 directory that cannot be read', 'runs/self: ELOOP').lines);
  });

  it('says of each kind where it was found first, and how often', async () => {
    await using own = await makeStorage();
    for (let i = 1; i <= 7; i++) await own.addRun(`run-${i}`, { events: EVENTS });
    const { stdout } = await (await runlens(['doctor', '--storage', own.root])).ended;
    const places = Array.from({ length: 5 }, (_, i) => `    runs/run-${i + 1}\n`).join('');
    expect(stdout).toContain(`  7 runs without a log\n${places}`);
    expect(stdout).not.toContain('run-6');
  });

  it('asks which storage, where none is named', async () => {
    const { code, stderr } = await (await runlens(['doctor'])).ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'runlens: no storage is named: --storage DIR (or RUNLENS_STORAGE) names one\n',
    });
  });
});
