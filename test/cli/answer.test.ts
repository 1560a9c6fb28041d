import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/server.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { useRunlens } from '../support/runlens-process.ts';
import { makeStorage, START, type TestStorage } from '../support/storage.ts';

const { runlens } = useRunlens();
const RUNNING = { status: 'running' };
const LINES = numbered(0, 3000);
/** With what a terminal shows otherwise, without an end. */
const ODD = '\u001B[32mgreen\u001B[0m\n\n 10%\r 20%\r\nlast, without end';

let storage: TestStorage;
let gateway: TestGateway;
beforeAll(async () => {
  storage = await makeStorage();
  await storage.addRun('whole', { files: { 'logs.txt': LINES } });
  await storage.addRun('odd', { files: { 'logs.txt': ODD } });
  await storage.addRun('empty', { files: { 'logs.txt': '' } });
  await storage.addRun('silent');
  gateway = await startTestGateway(storage);
});
afterAll(async () => {
  await gateway.close();
  await storage.remove();
});

function numbered(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join('');
}

/** A run that goes on, with the first lines of its log. */
async function runningRun(id: string, log: string | null = numbered(0, 5)) {
  const directory = await storage.addRun(id, { status: RUNNING, files: { 'logs.txt': log } });
  const path = join(directory, 'logs.txt');
  return {
    path,
    append: (text: string) => appendFile(path, text),
    finish: () => writeFile(join(directory, 'status.json'), '{"status": "finished"}'),
  };
}

const PLACES = [
  ['a storage', () => ['--storage', storage.root]],
  ['a gateway', () => ['--url', gateway.url]],
] as const;

describe.concurrent.each(PLACES)('runlens logs, of %s', (place, flags) => {
  const logs = async (...args: readonly string[]) => (await runlens(['logs', ...args, ...flags()])).ended;
  const follow = (id: string, ...args: readonly string[]) => runlens(['logs', id, '--follow', ...args, ...flags()]);
  const idHere = (id: string) => `${id}-of-${place.replace(' ', '-')}`;

  it('prints the whole log as it is', async () => {
    expect(await logs('whole')).toEqual({ code: 0, stdout: LINES, stderr: '' });
    expect(await logs('odd')).toEqual({ code: 0, stdout: ODD, stderr: '' });
    expect(await logs('empty')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('prints the last lines as they are', async () => {
    expect(await logs('whole', '--tail', '1500')).toEqual({ code: 0, stdout: numbered(1500, 3000), stderr: '' });
    expect(await logs('odd', '--tail', '2')).toEqual({
      code: 0,
      stdout: ' 10%\r 20%\r\nlast, without end',
      stderr: '',
    });
    expect(await logs('whole', '--tail', '0')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('says that a run has no log', async () => {
    expect(await logs('silent')).toEqual({ code: 0, stdout: '', stderr: 'runlens: run silent has no log yet\n' });
  });

  it.each([[], ['--follow']])('fails where there is no such run', async (...args) => {
    expect(await logs('nobody', ...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^runlens: there is no run nobody (in|at) \S+\n$/),
    });
  });

  it('follows a log until its run has ended', async () => {
    const run = await runningRun(idHere('growing'));
    const process = await follow(idHere('growing'));
    await process.printed(/line 4\n/);
    await run.append('line 5\nli');
    await process.printed(/line 5\n/);
    await run.append('ne 6\nline 7');
    await run.finish();
    expect(await process.ended).toEqual({ code: 0, stdout: numbered(0, 8), stderr: '' });
  });

  it('follows from the last lines on', async () => {
    const run = await runningRun(idHere('tailed'));
    const process = await follow(idHere('tailed'), '--tail', '2');
    await process.printed(/line 4\n/);
    await run.append(numbered(5, 7));
    await run.finish();
    expect(await process.ended).toMatchObject({ code: 0, stdout: numbered(3, 7) });
  });

  it('prints a log that has ended, and ends', async () => {
    expect(await (await follow('whole')).ended).toEqual({ code: 0, stdout: LINES, stderr: '' });
  });

  it('waits for a log that is not there yet', async () => {
    const run = await runningRun(idHere('late'), null);
    const process = await follow(idHere('late'));
    await process.complained(/waiting/);
    await run.append('line 0\n');
    await run.finish();
    expect(await process.ended).toEqual({
      code: 0,
      stdout: 'line 0\n',
      stderr: 'runlens: there is no log yet, waiting for it\n',
    });
  });

  it('tells of a rotation and a truncation at their places', async () => {
    const run = await runningRun(idHere('rotated'));
    const process = await follow(idHere('rotated'));
    await process.printed(/line 4\n/);
    await rename(run.path, `${run.path}.1`);
    await run.append('rotated\n');
    await process.printed(/rotated\n/);
    await writeFile(run.path, 'cut\n');
    await process.printed(/cut\n/);
    await run.finish();
    expect(await process.ended).toEqual({
      code: 0,
      stdout: `${numbered(0, 5)}rotated\ncut\n`,
      stderr: expect.stringMatching(/^runlens: .* rotated, .*\nrunlens: .* (truncated|replaced), .*\n$/),
    });
  });

  it.each([[], ['--follow']])('ends quietly when nobody reads on', async (...args) => {
    const id = `${idHere('long')}${args.join('')}`;
    await runningRun(id, numbered(0, 500_000));
    const process = await runlens(['logs', id, ...args, ...flags()]);
    await process.printed(/line 0\n/);
    process.closeOutput();
    expect(await process.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('ends at once with 130 on Ctrl-C', async () => {
    await runningRun(idHere('endless'));
    const process = await follow(idHere('endless'));
    await process.printed(/line 4\n/);
    process.signal('SIGINT');
    expect(await process.ended).toEqual({ code: 130, stdout: numbered(0, 5), stderr: '' });
  });
});

describe.concurrent('runlens logs --follow, of a gateway', () => {
  it('goes on without losing or repeating a line when the gateway is killed and started again', async () => {
    const serve = async (port: string) => runlens(['--storage', storage.root, '--port', port]);
    const first = await serve('0');
    const url = await first.listening();
    const run = await runningRun('resumed');
    const process = await runlens(['logs', 'resumed', '--follow', '--url', url]);
    await process.printed(/line 4\n/);
    await run.append(numbered(5, 10));
    await process.printed(/line 9\n/);
    first.signal('SIGKILL');
    await process.complained(/reconnecting/);
    await run.append(numbered(10, 2000));
    await serve(new URL(url).port);
    await process.printed(/line 1999\n/);
    await run.append(numbered(2000, 2005));
    await run.finish();
    const { code, stdout, stderr } = await process.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: numbered(0, 2005) });
    expect(stderr).toMatch(/^runlens: the connection to http:\S+ was lost \(.+\), reconnecting\n$/);
  });

  it.each(['logs', 'runs'])('fails where nothing ever answered: %s', async (command) => {
    const closed = await listen(() => {}, '127.0.0.1', 0);
    await closed.close();
    const args = command === 'logs' ? ['whole', '--follow'] : [];
    const { code, stderr } = await (await runlens([command, ...args, '--url', closed.url])).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`runlens: cannot reach ${closed.url}: connect ECONNREFUSED`),
    });
  });

  it('fails where something else answers', async () => {
    const other = await listen((_request, response) => response.end('{}'), '127.0.0.1', 0);
    const { code, stderr } = await (await runlens(['runs', '--url', other.url])).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `runlens: ${other.url}/api/runs answers with something else than runs\n`,
    });
    await other.close();
  });
});

describe.concurrent('runlens runs', () => {
  it('prints the runs, newest first, the same of a storage and of a gateway', async () => {
    await using own = await makeStorage();
    await own.addRun('old', { meta: { created_at: START, alias: 'first' } });
    const summary = { best_metric_name: 'loss', best_metric_value: 0.25 };
    await own.addRun('new', {
      path: 'vision/resnet',
      meta: { created_at: START + 60 },
      status: RUNNING,
      files: { 'summary.json': summary },
    });
    await using server = await startTestGateway(own);
    const table = `ID   STATUS    CREATED               PATH           ALIAS  BEST METRIC
new  running   2024-01-01T00:01:00Z  vision/resnet  -      loss 0.25
old  finished  2024-01-01T00:00:00Z  -              first  -
`;
    for (const place of [
      ['--storage', own.root],
      ['--url', server.url],
    ]) {
      expect(await (await runlens(['runs', ...place])).ended).toEqual({ code: 0, stdout: table, stderr: '' });
    }
  });

  it('says that there are none', async () => {
    await using own = await makeStorage();
    await mkdir(join(own.root, 'runs'));
    expect(await (await runlens(['runs', '--storage', own.root])).ended).toEqual({
      code: 0,
      stdout: '',
      stderr: `runlens: no runs in ${own.root}\n`,
    });
  });
});

describe.concurrent('a command of the command line', () => {
  it.each([
    ['runs of nobody', ['runs'], 'no runs are named'],
    ['a storage and an address', ['logs', 'x', '--storage', '.', '--url', 'http://h'], 'cannot be used with'],
    ['a missing directory', ['runs', '--storage', './missing'], /--storage: .*missing does not exist/],
  ])('refuses %s in one line', async (_, args, message) => {
    const { code, stdout, stderr } = await (await runlens(args)).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^runlens: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });
});
