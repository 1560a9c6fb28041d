import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));

/** A reverse proxy that the configuration in deploy/ leads to a gateway. */
export interface ReverseProxy {
  readonly name: string;
  /** Shows that the command is there. */
  readonly versionArguments: readonly string[];
  /** Starts it on a free loopback port. @returns the address of the gateway through it, without a slash at the end */
  start(gatewayUrl: string, directory: string): Promise<string>;
}

export const PROXIES: readonly ReverseProxy[] = [
  {
    name: 'nginx',
    versionArguments: ['-v'],
    async start(gatewayUrl, directory) {
      const port = await freePort();
      const site = replaceEach(await readFile(join(DEPLOY, 'nginx.conf'), 'utf8'), [
        ['server 127.0.0.1:23300;', `server ${new URL(gatewayUrl).host};`],
        ['listen 443 ssl http2;', `listen 127.0.0.1:${port};`],
        ['server_name runs.example.org;', 'server_name 127.0.0.1;'],
        [/\n *ssl_\w+ .*/g, ''],
      ]);
      await mkdir(directory);
      const config = join(directory, 'nginx.conf');
      const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (place) => `${place}_temp_path ${join(directory, place)};`,
      );
      // gzip on, as hosts have it: the site must switch it off for itself.
      const http = `access_log off; gzip on; gzip_types application/json; ${places.join(' ')}\n${site}`;
      const main = `daemon off; pid ${join(directory, 'pid')}; error_log stderr warn; events {}`;
      await writeFile(config, `${main}\nhttp {\n${http}}\n`);
      await running(spawn('nginx', ['-p', directory, '-c', config, '-e', 'stderr'], { stdio: 'ignore' }), port);
      return `http://127.0.0.1:${port}/runlens`;
    },
  },
  {
    name: 'caddy',
    versionArguments: ['version'],
    async start(gatewayUrl, directory) {
      const port = await freePort();
      const site = replaceEach(await readFile(join(DEPLOY, 'Caddyfile'), 'utf8'), [
        ['runs.example.org {', `http://:${port} {\n\tbind 127.0.0.1`],
        ['reverse_proxy 127.0.0.1:23300 {', `reverse_proxy ${new URL(gatewayUrl).host} {`],
      ]);
      await mkdir(directory);
      const config = join(directory, 'Caddyfile');
      await writeFile(config, `{\n\tadmin off\n}\n${site}`);
      const env = { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
      const run = ['run', '--config', config, '--adapter', 'caddyfile'];
      await running(spawn('caddy', run, { env, stdio: 'ignore' }), port);
      return `http://127.0.0.1:${port}/runlens`;
    },
  },
];

/** Puts in what a test has instead; throws where the configuration does not have what is replaced. */
function replaceEach(text: string, replacements: readonly (readonly [string | RegExp, string])[]): string {
  return replacements.reduce((changed, [part, instead]) => {
    const next = changed.replace(part, instead);
    if (next === changed) throw new Error(`the configuration has no ${part}`);
    return next;
  }, text);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
}

/** Resolves when the process listens; rejects if it ends before. It ends with the test. */
async function running(child: ChildProcess, port: number): Promise<void> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the proxy ended with ${code}`);
  });
  ended.catch(() => undefined);
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended.catch(() => undefined);
  });
  await Promise.race([ended, listening(port)]);
}

/** Neither proxy tells that it listens where its log is not read: it is asked until it answers. */
async function listening(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
