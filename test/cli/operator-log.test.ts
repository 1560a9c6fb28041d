import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunlensProcess, useRunlens } from '../support/runlens-process.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';

const { bin, command, runlens } = useRunlens();
let storage: TestStorage;

beforeAll(async () => {
  storage = await makeStorage();
  await storage.addRun('a', { events: [] });
});
afterAll(() => storage.remove());

const serve = (...args: readonly string[]) => runlens(['--storage', storage.root, '--port', '0', ...args]);

/** The same, but on a terminal, whose lines come as standard output. */
const serveOnTerminal = (...args: readonly string[]) => {
  const line = [process.execPath, 'dist/src/main.js', '--storage', storage.root, '--port', '0', ...args].join(' ');
  return command('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: process.cwd(),
    env: { NO_COLOR: '1' },
  });
};

async function ask(server: RunlensProcess): Promise<void> {
  const url = await server.printed(/ at (http:\S+) /);
  await fetch(`${url}/api/runs/a/metrics`, { headers: { 'x-request-id': 'one' } });
  await fetch(`${url}/api/runs/nobody`, { headers: { 'x-request-id': 'two' } });
}

/** A process that its parent has not asked for yet how it ended is gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function ending(server: RunlensProcess) {
  server.signal('SIGTERM');
  return server.ended;
}

describe.concurrent('the log of runlens', () => {
  it('has a line of JSON for each request, up to the last one before it ends', async () => {
    const server = await serve();
    await ask(server);
    const { code, stderr } = await ending(server);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { level: 'info', requestId: 'one', status: 200, cache: 'miss' },
      { level: 'info', requestId: 'two', status: 404, code: 'RUN_NOT_FOUND' },
    ]);
    expect(lines[0].time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each(['warn', 'error', 'silent'])('has none with --log-level %s', async (level) => {
    const server = await serve('--log-level', level);
    await ask(server);
    expect(await ending(server)).toMatchObject({ code: 0, stderr: '' });
  });

  it('is one to read on a terminal', async () => {
    const server = await serveOnTerminal('--log-level', 'info');
    await ask(server);
    const { stdout } = await ending(server);
    expect(stdout).toMatch(
      /^\d\d:\d\d:\d\d info {2}GET \/api\/runs\/a\/metrics 200 requestId=one .*cache=miss .*ms=\S+\r$/m,
    );
    expect(stdout).not.toContain('{"');
  });

  it('has on a terminal no line for each request, unless asked to', async () => {
    const server = await serveOnTerminal();
    await ask(server);
    const { stdout } = await ending(server);
    expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^Runlens /)]);
  });

  it.each([
    ['info', /^\{"level":"fatal",.*"stack":"Error: boom\\n.*","msg":"the gateway ends: boom"\}\n$/],
    ['silent', /^runlens: boom\n$/],
  ])('at level %s ends with what nobody caught, as does the process', async (level, complaint) => {
    const thrower = "process.on('SIGUSR2',()=>{throw(new(Error)('boom'))})";
    const env = { NODE_OPTIONS: `--import data:text/javascript,${thrower}` };
    const server = await runlens(['--storage', storage.root, '--port', '0', '--log-level', level], { env });
    await server.listening();
    server.signal('SIGUSR2');
    const { code, stderr } = await server.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(complaint);
  });

  it('has levels, and no others', async () => {
    const { code, stderr } = await (await serve('--log-level', 'loud')).ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^runlens: .*--log-level <level>.*loud.*silent, error, warn, info, debug.*\n$/),
    });
  });
});

describe('the log of runlens, where it cannot be written', () => {
  it.each([
    ['a full disk', '2>/dev/full'],
    ['a pipe that nobody reads', '2> >(exec sleep 60 >/dev/null)'],
    ['a pipe whose reader is gone', '2> >(true)'],
  ])('is lost on %s: clients are answered, and the gateway ends when it is told to', async (_, redirection) => {
    const line = `exec "$@" ${redirection}`;
    const args = [process.execPath, bin, '--storage', storage.root, '--port', '0'];
    const server = await command('bash', ['-c', line, 'bash', ...args]);
    const url = await server.listening();
    const long = '/nowhere'.repeat(500);
    for (let request = 0; request < 50; request++) expect((await fetch(url + long)).status).toBe(404);
    server.signal('SIGTERM');
    await expect.poll(() => isAlive(server.pid), { timeout: 4000 }).toBe(false);
  });
});
