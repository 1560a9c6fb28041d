import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { useRunlens } from '../support/runlens-process.ts';
import { makeStorage, type TestStorage } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

// Processes take their time where many tests run at once.
vi.setConfig({ testTimeout: 20_000 });

const TOKEN = 'a-token-of-some-length';
const { runlens } = useRunlens();
const directory = useTemporaryDirectory();

let storage: TestStorage;
beforeAll(async () => {
  storage = await makeStorage();
  await storage.addRun('a', { files: { 'logs.txt': 'line\n' } });
});
afterAll(() => storage.remove());

async function tokenFile(text: string, mode = 0o600): Promise<string> {
  const path = join(directory(), `token-${Math.random()}`);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

const serve = (args: readonly string[], env = {}) =>
  runlens(['--storage', storage.root, '--port', '0', ...args], { env });

async function complaint(args: readonly string[], env = {}): Promise<string> {
  const { code, stdout, stderr } = await (await serve(args, env)).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^runlens: [^\n]+\n$/);
  return stderr;
}

async function statusAt(url: string, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/api/runs`, { headers })).status;
}

describe.concurrent('runlens', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1'])('does not start on %s without a token', async (host) => {
    const stderr = await complaint(['--host', host]);
    expect(stderr).toContain(`other machines may reach ${host}`);
    expect(stderr).toContain('--token-file FILE (or RUNLENS_TOKEN)');
    expect(stderr).toContain('--no-auth');
  });

  it.each(['localhost', '127.0.0.2'])('starts on %s, which is loopback, and asks for none', async (host) => {
    const server = await serve(['--host', host]);
    expect(await statusAt(await server.listening())).toBe(200);
    server.signal('SIGTERM');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s while it waits for the token', async (signal) => {
    const pipe = join(directory(), `pipe-${signal}`);
    execFileSync('mkfifo', [pipe]);
    await chmod(pipe, 0o644);
    const server = await serve(['--token-file', pipe]);
    await server.complained(/every user of this machine may read/);
    server.signal(signal);
    expect(await server.ended).toMatchObject({ stdout: '' });
  });

  it('starts everywhere with --no-auth, whatever the variable is', async () => {
    const server = await serve(['--host', '0.0.0.0', '--no-auth'], { RUNLENS_TOKEN: TOKEN });
    expect(await statusAt(await server.listening())).toBe(200);
    server.signal('SIGTERM');
  });

  it('asks for the token of a file, without its line end, before that of the variable, on loopback too', async () => {
    const server = await serve(['--log-level', 'warn', '--token-file', await tokenFile(`${TOKEN}\n`)], {
      RUNLENS_TOKEN: 'another-token-1234',
    });
    const url = await server.listening();
    expect([await statusAt(url), await statusAt(url, TOKEN), await statusAt(url, 'another-token-1234')]).toEqual([
      401, 200, 401,
    ]);
    server.signal('SIGTERM');
    expect((await server.ended).stderr).toBe('');
  });

  it('asks for the token of the variable', async () => {
    const server = await serve(['--host', '0.0.0.0'], { RUNLENS_TOKEN: TOKEN });
    const url = await server.listening();
    expect([await statusAt(url), await statusAt(url, TOKEN)]).toEqual([401, 200]);
    server.signal('SIGTERM');
  });

  it('says where others may read its token', async () => {
    const file = await tokenFile(TOKEN, 0o644);
    const server = await serve(['--token-file', file]);
    await server.listening();
    expect(JSON.parse(await server.complained(/.*\n/))).toMatchObject({
      level: 'warn',
      msg: `--token-file: every user of this machine may read ${file} (chmod 600 mends it)`,
    });
    server.signal('SIGTERM');
  });

  it('refuses a token that is none', async () => {
    expect(await complaint(['--token-file', await tokenFile('\n')])).toContain('a token has 16 to 2000 characters');
    expect(await complaint(['--token-file', await tokenFile('x'.repeat(2001))])).toContain('16 to 2000 characters');
    expect(await complaint(['--token-file', directory()])).toMatch(
      /^runlens: --token-file: the token cannot be read: EISDIR[^\n]*\n$/,
    );
    expect(await complaint(['--host', '[::1]'])).toContain(
      'there is no host [::1]: an address of IPv6 is named without',
    );
    expect(await complaint([], { RUNLENS_TOKEN: 'short' })).toContain('RUNLENS_TOKEN: a token has 16 to 2000');
    expect(await complaint([], { RUNLENS_TOKEN: 'with blanks in the middle' })).toContain('no blanks and one line');
    expect(await complaint(['--token-file', join(directory(), 'none')])).toContain('the token cannot be read: ENOENT');
    expect(await complaint(['--token-file', 'f', '--no-auth'])).toContain('cannot be used with option');
  });

  it('refuses hosts and origins that are none', async () => {
    expect(await complaint(['--allowed-host', 'http://x'])).toContain("'http://x' is invalid. A name has letters");
    for (const origin of ['x.example', 'https://x.example/', 'ftp://x.example', '*']) {
      expect(await complaint(['--allowed-origin', origin])).toContain('An origin is a scheme and a host');
    }
  });

  it('lets the hosts and origins that were named ask', async () => {
    const origins = ['https://a.example', 'https://b.example:8443'];
    const server = await serve(origins.flatMap((origin) => ['--allowed-origin', origin]));
    const url = await server.listening();
    for (const origin of origins) {
      const answer = await fetch(`${url}/api/runs`, { headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    }
    server.signal('SIGTERM');
  });
});

it('behind a trusted proxy it counts what clients ask, as on a network', async () => {
  const rateAt = async (...args: readonly string[]) => {
    const server = await serve(args);
    const { headers } = await fetch(`${await server.listening()}/api/health`);
    return headers.get('ratelimit-policy');
  };
  expect(await rateAt()).toBeNull();
  expect(await rateAt('--trusted-proxy', 'loopback')).toContain('q=6000');
  expect(await rateAt('--trusted-proxy', 'loopback', '--max-requests', 'none')).toBeNull();
});

describe('runlens runs and runlens logs, of a gateway with a token', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(storage, { access: { token: TOKEN, hosts: [], origins: [] } });
  });
  afterAll(() => gateway.close());

  it.each([[['runs']], [['logs', 'a']], [['logs', 'a', '-f']]])('%j shows it', async (args) => {
    const place = ['--url', gateway.url];
    const byFile = await (await runlens([...args, ...place, '--token-file', await tokenFile(TOKEN)])).ended;
    const byVariable = await (await runlens([...args, ...place], { env: { RUNLENS_TOKEN: TOKEN } })).ended;
    expect(byFile).toMatchObject({ code: 0, stderr: '' });
    expect(byFile.stdout).toMatch(args[0] === 'runs' ? /^.*\ba\b/m : /^line\n$/);
    expect(byVariable).toEqual(byFile);
    const without = await (await runlens([...args, ...place])).ended;
    expect(without).toMatchObject({ code: 1, stdout: '' });
    expect(without.stderr).toContain('asks for a token: --token-file FILE or RUNLENS_TOKEN names the right one');
  });

  it('has no use for one with a storage', async () => {
    const { code, stderr } = await (await runlens(['runs', '--token-file', 'f'], { env: { RUNLENS_STORAGE: '/x' } }))
      .ended;
    expect(code).toBe(2);
    expect(stderr).toContain('--token-file has no use without --url');
  });
});
