import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { listen } from '../../src/http/server.ts';
import { type RunlensProcess, useRunlens } from '../support/runlens-process.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

// Processes take their time where many tests run at once.
vi.setConfig({ testTimeout: 20_000 });

const { runlens, npmStart } = useRunlens();
const directory = useTemporaryDirectory();

/** A storage with one run of this id, below the temporary directory. */
async function storageWith(id: string, place = id): Promise<string> {
  const storage = join(directory(), place);
  await mkdir(join(storage, 'runs', 'project', id), { recursive: true });
  await writeFile(join(storage, 'runs', 'project', id, 'meta.json'), '{}');
  return storage;
}

async function runIds(url: string): Promise<readonly string[]> {
  const runs: { id: string }[] = JSON.parse(await (await fetch(`${url}/api/runs`)).text());
  return runs.map(({ id }) => id);
}

/** What a command line that cannot be served leaves: nothing served, one line of complaint, exit code 2. */
async function complaint(args: readonly string[], surroundings = {}): Promise<string> {
  const { code, stdout, stderr } = await (await runlens(args, surroundings)).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^runlens: [^\n]+\n$/);
  return stderr;
}

const parseAny = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  parseCommandLine(['node', 'runlens', ...args], env, directory());

describe('parseCommandLine', () => {
  const parse = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const invocation = parseAny(args, env);
    return invocation?.command === 'serve' ? invocation.configuration : undefined;
  };

  it('has a default for everything', () => {
    expect(parse([])).toEqual({
      storage: null,
      host: '127.0.0.1',
      port: 23300,
      cacheBytes: 2 ** 30,
      storageTimeoutMs: 10_000,
      followSymlinks: false,
      access: { token: null, auth: true, hosts: [], origins: [] },
      limits: {},
      trustedProxies: [],
      tls: null,
      hardened: false,
      page: true,
      logLevel: null,
    });
  });

  it('takes the storage from --storage, RUNLENS_STORAGE or RUNICORN_DIR, in this order', () => {
    const env = { RUNLENS_STORAGE: '/b', RUNICORN_DIR: '/c' };
    expect(parse(['--storage', '/a'], env)?.storage).toEqual({ path: '/a', namedBy: '--storage' });
    expect(parse([], env)?.storage).toEqual({ path: '/b', namedBy: 'RUNLENS_STORAGE' });
    expect(parse([], { RUNICORN_DIR: '/c' })?.storage).toEqual({ path: '/c', namedBy: 'RUNICORN_DIR' });
  });

  it('takes a variable that is empty as not set', () => {
    expect(parse([], { RUNLENS_STORAGE: '', RUNICORN_DIR: '/c' })?.storage?.namedBy).toBe('RUNICORN_DIR');
    expect(parse([], { RUNLENS_STORAGE: '', RUNICORN_DIR: '' })?.storage).toBeNull();
  });

  it('is hardened by --hardened or RUNLENS_HARDENED', () => {
    expect(parse(['--hardened'])?.hardened).toBe(true);
    expect(parse([], { RUNLENS_HARDENED: '1' })?.hardened).toBe(true);
    expect(parse([], { RUNLENS_HARDENED: 'true' })?.hardened).toBe(true);
    expect(parse([], { RUNLENS_HARDENED: '' })?.hardened).toBe(false);
    expect(parse([], { RUNLENS_HARDENED: '0' })?.hardened).toBe(false);
    expect(() => parse([], { RUNLENS_HARDENED: 'yes' })).toThrow("variable 'RUNLENS_HARDENED' is 'yes': it may be");
  });

  it('follows links out of the storage by --follow-symlinks or RUNLENS_FOLLOW_SYMLINKS', () => {
    expect(parse(['--follow-symlinks'])?.followSymlinks).toBe(true);
    expect(parse([], { RUNLENS_FOLLOW_SYMLINKS: '1' })?.followSymlinks).toBe(true);
    expect(parse([], { RUNLENS_FOLLOW_SYMLINKS: '0' })?.followSymlinks).toBe(false);
    expect(() => parse([], { RUNLENS_FOLLOW_SYMLINKS: 'no' })).toThrow("'RUNLENS_FOLLOW_SYMLINKS' is 'no'");
  });

  it('may be called by names that --allowed-host gives', () => {
    const names = ['--allowed-host', 'runs.example.com', '--allowed-host', 'gpu-1'];
    expect(parse(names)?.access.hosts).toEqual(['runs.example.com', 'gpu-1']);
    expect(() => parse(['--allowed-host', 'gpu-1:80'])).toThrow("'gpu-1:80' is invalid. A name has letters");
  });

  it('takes limits, of those of a client also none', () => {
    const sizes = ['--max-body', '1MiB', '--max-header', '32KiB', '--max-url', '4KiB', '--max-message', '1000'];
    const counts = [
      '--max-seconds',
      '5',
      '--max-connections',
      '7',
      '--max-subscriptions',
      'none',
      '--max-requests',
      '9',
    ];
    expect(parse([...sizes, ...counts, '--trusted-proxy', 'loopback', '--trusted-proxy', '10.0.0.0/8'])).toMatchObject({
      limits: {
        bodyBytes: 2 ** 20,
        headerBytes: 2 ** 15,
        urlBytes: 2 ** 12,
        messageBytes: 1000,
        requestSeconds: 5,
        connections: 7,
        subscriptions: Number.POSITIVE_INFINITY,
        requestsPerMinute: 9,
      },
      trustedProxies: ['loopback', '10.0.0.0/8'],
    });
    for (const value of ['0', '-1', '1.5', 'many']) {
      expect(() => parse(['--max-requests', value])).toThrow('A limit is a whole number from 1, or none.');
    }
    expect(() => parse(['--max-seconds', '100000'])).toThrow('A time is a whole number of seconds from 1 to 86400.');
    expect(() => parse(['--trusted-proxy', 'nginx'])).toThrow("argument 'nginx' is invalid. A proxy is an address");
  });

  it('serves over TLS with a certificate and its key, and not with one of them', () => {
    expect(parse(['--tls-cert', 'c.pem', '--tls-key', '/k.pem'])?.tls).toEqual({
      cert: join(directory(), 'c.pem'),
      key: '/k.pem',
    });
    expect(() => parse(['--tls-cert', 'c.pem'])).toThrow('--tls-cert has no use without --tls-key FILE');
    expect(() => parse(['--tls-key', 'k.pem'])).toThrow('--tls-key has no use without --tls-cert FILE');
  });

  it('serves no page by --no-page or RUNLENS_PAGE=0', () => {
    expect(parse(['--no-page'])?.page).toBe(false);
    expect(parse(['--no-page'], { RUNLENS_PAGE: '1' })?.page).toBe(false);
    expect(parse([], { RUNLENS_PAGE: '0' })?.page).toBe(false);
    expect(parse([], { RUNLENS_PAGE: 'false' })?.page).toBe(false);
    expect(parse([], { RUNLENS_PAGE: '' })?.page).toBe(true);
    expect(parse([], { RUNLENS_PAGE: '1' })?.page).toBe(true);
    expect(() => parse([], { RUNLENS_PAGE: 'no' })).toThrow("variable 'RUNLENS_PAGE' is 'no': it may be");
  });

  it('takes a relative directory from the working directory', () => {
    expect(parse(['--storage', 'here'])?.storage?.path).toBe(join(directory(), 'here'));
    expect(parse([], { RUNICORN_DIR: './there' })?.storage?.path).toBe(join(directory(), 'there'));
  });

  it.each([
    ['1073741824', 2 ** 30],
    ['512MiB', 2 ** 29],
    ['2GiB', 2 ** 31],
    ['1.5 KiB', 1536],
    ['1tib', 2 ** 40],
  ])('reads the size %s as %i bytes', (size, bytes) => {
    expect(parse(['--cache-size', size])?.cacheBytes).toBe(bytes);
  });

  it.each(['0', '-1', 'MiB', '1MB', '1e9', '0x10', '0.5', '1.5', '9999999TiB', ''])('refuses the size "%s"', (size) => {
    expect(() => parse([`--cache-size=${size}`])).toThrow(`argument '${size}' is invalid. A size is a positive number`);
  });

  it.each(['0', '65535'])('takes port %s', (port) => {
    expect(parse(['--port', port])?.port).toBe(Number(port));
  });

  it.each(['65536', '-1', '80.5', 'http', ''])('refuses port "%s"', (port) => {
    expect(() => parse([`--port=${port}`])).toThrow(`argument '${port}' is invalid. A port is a whole number from 0`);
  });
});

describe('parseCommandLine for a command', () => {
  it('takes the place of the runs from --url, else from where it is for serving', () => {
    const env = { RUNLENS_STORAGE: '/b' };
    const here = { path: join(directory(), 'here'), namedBy: '--storage', followSymlinks: false };
    expect(parseAny(['runs', '--storage', 'here'], env)).toEqual({ command: 'runs', place: here });
    const following = ['runs', '--storage', 'here', '--follow-symlinks'];
    expect(parseAny(following)).toEqual({ command: 'runs', place: { ...here, followSymlinks: true } });
    expect(parseAny(['runs'], env)).toMatchObject({ place: { path: '/b', namedBy: 'RUNLENS_STORAGE' } });
    expect(parseAny(['runs', '--url', 'HTTP://host:1/base/'], env)).toMatchObject({
      place: { url: 'http://host:1/base', token: null },
    });
  });

  it('prints the whole log unless told', () => {
    expect(parseAny(['logs', 'a-run', '--url', 'http://h'])).toEqual({
      command: 'logs',
      place: { url: 'http://h', token: null },
      runId: 'a-run',
      follow: false,
      tail: null,
    });
    expect(parseAny(['logs', '-f', '-n', '0', 'a-run', '--url', 'http://h'])).toMatchObject({ follow: true, tail: 0 });
  });

  it.each([
    ['a number of lines that is none', ['logs', 'x', '--tail', '-1'], "argument '-1' is invalid. A number of lines"],
    ['an address that is none', ['runs', '--url', 'localhost:80'], "argument 'localhost:80' is invalid. An address"],
    ['no run', ['logs'], "missing required argument 'run-id'"],
    ['two runs', ['logs', 'x', 'y'], 'too many arguments'],
    ['a storage and an address', ['runs', '--url', 'http://h', '--storage', 'd'], 'cannot be used with option'],
    ['an option of serving', ['runs', '--port', '1'], "unknown option '--port'"],
    ['an option before the command', ['--storage', 'd', 'runs'], "'--storage' comes before 'runs'"],
    ['runs of nobody', ['runs'], 'no runs are named: --storage DIR (or RUNLENS_STORAGE) names a storage, --url URL a'],
  ])('refuses %s', (_, args, message) => {
    expect(() => parseAny(args)).toThrow(message);
  });
});

describe.concurrent('runlens', () => {
  it('prints its flags and variables for --help', async () => {
    const { code, stdout, stderr } = await (await runlens(['--help'])).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of [
      '--storage',
      '--host',
      '--token-file',
      '--no-auth',
      '--allowed-host',
      '--allowed-origin',
      '--trusted-proxy',
      '--tls-cert',
      '--max-body',
      '--max-header',
      '--max-url',
      '--max-message',
      '--max-seconds',
      '--max-connections',
      '--max-subscriptions',
      '--max-requests',
      '--tls-key',
      '--port',
      '--cache-size',
      '--hardened',
      '--no-page',
      'RUNLENS_STORAGE',
      'RUNLENS_TOKEN',
      'RUNLENS_HARDENED',
      'RUNLENS_PAGE',
      'RUNICORN_DIR',
      '.runicorn',
      'logs [options] <run-id>',
      'runs [options]',
    ]) {
      expect(stdout).toContain(name);
    }
  });

  it('prints its version for --version', async () => {
    const ending = await (await runlens(['--version'])).ended;
    expect(ending).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it.each([
    ['an unknown flag', ['--prot', '1'], "unknown option '--prot'"],
    ['an excess argument', ['/data/runs'], "unexpected argument '/data/runs'"],
    ['a bad port', ['--port', '99999'], "'--port <port>' argument '99999' is invalid"],
    ['a flag without its value', ['--host'], "'--host <host>' argument missing"],
    ['an empty directory name', ['--storage='], "'--storage <dir>' argument '' is invalid"],
    ['a missing directory', ['--storage', './missing'], /--storage: .*missing does not exist/],
    ['a file for a directory', ['--storage', process.execPath], /--storage: .* is not a directory/],
  ])('complains of %s in one line', async (_, args, message) => {
    expect(await complaint(args)).toMatch(message);
  });

  it.each(['RUNLENS_STORAGE', 'RUNICORN_DIR'])('names the variable %s that names a missing directory', async (name) => {
    expect(await complaint([], { env: { [name]: './missing' } })).toMatch(`runlens: ${name}: `);
  });

  it('serves the storage that a flag names and says where', async () => {
    const storage = await storageWith('by-flag');
    const server = await runlens(['--storage', storage, ...QUIET]);
    const url = await server.listening();
    expect(await runIds(url)).toEqual(['by-flag']);
    server.signal('SIGTERM');
    expect(await server.ended).toEqual({
      code: 0,
      stdout: `Runlens ${packageJson.version} at ${url} shows ${storage} · GraphQL ${url}/graphql · REST ${url}/api/runs\n`,
      stderr: '',
    });
  });

  it('does not show, but serves, without its page', async () => {
    const storage = await storageWith('unseen');
    const server = await runlens(['--storage', storage, '--port', '0', '--no-page']);
    const url = await server.listening();
    expect(await server.printed(/.*\n/)).toContain(`at ${url} serves ${storage} `);
    expect((await fetch(url)).status).toBe(404);
    expect(await runIds(url)).toEqual(['unseen']);
  });

  it('serves what a variable names before ./.runicorn', async () => {
    const cwd = await storageWith('in-cwd', 'unused/.runicorn').then(() => join(directory(), 'unused'));
    const env = { RUNICORN_DIR: await storageWith('by-variable') };
    const server = await runlens(['--port', '0'], { cwd, env });
    expect(await runIds(await server.listening())).toEqual(['by-variable']);
  });

  it('serves ./.runicorn where nothing is named', async () => {
    const cwd = await storageWith('in-cwd', 'used/.runicorn').then(() => join(directory(), 'used'));
    const server = await runlens(['--port', '0'], { cwd });
    expect(await runIds(await server.listening())).toEqual(['in-cwd']);
  });

  it('complains of a taken port in one line and removes its demo', async () => {
    const taken = await listen(() => {}, '127.0.0.1', 0);
    const { port } = new URL(taken.url);
    const server = await runlens(['--port', port]);
    const { code, stderr } = await server.ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `runlens: cannot listen on 127.0.0.1:${port}: the port is taken\n`,
    });
    expect(await readdir(server.temporaryDirectory)).toEqual([]);
    await taken.close();
  });
});

/** How a process ends, and what it leaves behind. */
/** A second where nothing else is to be done, as promised; machines that run tests are busy. Without a limit it is minutes. */
const SOON_MS = 5000;

async function endBy(server: RunlensProcess, end: () => void) {
  const start = performance.now();
  end();
  const { code, stderr } = await server.ended;
  return {
    code,
    stderr,
    isSoon: performance.now() - start < SOON_MS,
    isGroupAlive: server.isGroupAlive(),
    leftBehind: await readdir(server.temporaryDirectory),
  };
}

/** Without a line for each request. */
const QUIET = ['--port', '0', '--log-level', 'warn'];

const CLEAN = { code: 0, stderr: '', isSoon: true, isGroupAlive: false, leftBehind: [] };

/** A request whose answer stays under way, since its body never comes. */
async function requestWithoutEnd(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  const headers = ['Host: localhost', 'Content-Type: application/json', 'Content-Length: 9', 'Expect: 100-continue'];
  socket.write(`POST /graphql HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
}

describe('a demo', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is announced, served, and removed on %s', async (signal) => {
    const server = await runlens(QUIET);
    const url = await server.listening();
    expect(await server.printed(/^.*\n/)).toMatch(/No storage was named .*--storage DIR or RUNLENS_STORAGE.* demo /);
    expect(await readdir(server.temporaryDirectory)).toEqual([expect.stringMatching(/^runlens-demo-/)]);
    await expect.poll(() => runIds(url)).toHaveLength(16);
    expect(await endBy(server, () => server.signal(signal))).toEqual(CLEAN);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('is removed when %s comes while it is written', async (signal) => {
    const alone = await runlens(['--port', '0']);
    await alone.printed(/demo/);
    expect(await endBy(alone, () => alone.signal(signal))).toEqual(CLEAN);
    const together = await runlens(['--port', '0']);
    await together.printed(/demo/);
    expect(await endBy(together, () => together.signalGroup(signal))).toEqual(CLEAN);
  });

  it.each([
    ['it is killed', 'SIGKILL', 'signal'],
    ['its terminal is closed', 'SIGHUP', 'signalGroup'],
  ] as const)('is removed though %s', async (_, name, send) => {
    const server = await runlens(['--port', '0']);
    await server.listening();
    server[send](name);
    // By another of its processes, which ends later.
    await expect.poll(() => readdir(server.temporaryDirectory)).toEqual([]);
    await expect.poll(() => server.isGroupAlive()).toBe(false);
  });

  it('is removed soon though an answer does not end', async () => {
    const server = await runlens(QUIET);
    await requestWithoutEnd(await server.listening());
    expect(await endBy(server, () => server.signal('SIGTERM'))).toEqual(CLEAN);
  });

  it('is removed when a second signal ends the process before an answer does', async () => {
    const server = await runlens(['--port', '0']);
    await requestWithoutEnd(await server.listening());
    const impatience = setInterval(() => server.signal('SIGTERM'), 20);
    expect(await server.ended).toMatchObject({ code: 128 + 15 });
    clearInterval(impatience);
    expect(await readdir(server.temporaryDirectory)).toEqual([]);
  });
});

describe('npm start', () => {
  it.each([
    ['SIGTERM to npm', 'SIGTERM', 'signal'],
    ['SIGINT to npm', 'SIGINT', 'signal'],
    ['SIGINT from the terminal', 'SIGINT', 'signalGroup'],
  ] as const)('ends with all its processes on %s', async (_, name, send) => {
    const server = await npmStart(['--port', '0']);
    await server.listening();
    expect(await endBy(server, () => server[send](name))).toEqual(CLEAN);
  });
});
