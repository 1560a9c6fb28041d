import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isAbsence } from '../../src/system-error.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/start.cjs', import.meta.url));

export interface GatewayOptions {
  /** The value of --cache-size. */
  readonly cacheSize?: string;
  /** 0: any free port. */
  readonly port?: number;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A built gateway in a process of its own, which can be looked into from outside. */
export class GatewayProcess implements AsyncDisposable {
  readonly url: string;
  /** Of its inspector. */
  readonly inspectorUrl: string;
  readonly #child: Child;
  readonly #output: { stdout: string; stderr: string };

  private constructor(child: Child, output: { stdout: string; stderr: string }, url: string, inspectorUrl: string) {
    this.#child = child;
    this.#output = output;
    this.url = url;
    this.inspectorUrl = inspectorUrl;
  }

  /** Rejects where it ends before it listens. */
  static async start(storage: string, { cacheSize, port = 0 }: GatewayOptions = {}): Promise<GatewayProcess> {
    const size = cacheSize === undefined ? [] : ['--cache-size', cacheSize];
    const args = [
      '--inspect=127.0.0.1:0',
      MAIN,
      '--storage',
      storage,
      '--port',
      String(port),
      '--log-level',
      'warn',
      ...size,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    for (;;) {
      const [, url] = / at (http:\S+) .*\n/.exec(output.stdout) ?? [];
      const [, inspectorUrl] = /Debugger listening on (ws:\S+)\n/.exec(output.stderr) ?? [];
      if (url !== undefined && inspectorUrl !== undefined) return new GatewayProcess(child, output, url, inspectorUrl);
      if (child.exitCode !== null) throw new Error(`the gateway did not start: ${output.stderr}`);
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), once(child, 'close')]);
    }
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it told its operator so far, a line each. */
  get complaints(): readonly string[] {
    const ofInspector = /^(Debugger|For help, see|Starting inspector)/;
    return this.#output.stderr.split('\n').filter((line) => line !== '' && !ofInspector.test(line));
  }

  /** How many files, sockets and watches of directories it has open. What threads and event loops wait with is left out. */
  async descriptors(): Promise<ReadonlyMap<'files' | 'sockets' | 'watches', number>> {
    const directory = `/proc/${this.#child.pid}`;
    const counts = new Map<'files' | 'sockets' | 'watches', number>();
    const add = (kind: 'files' | 'sockets' | 'watches', count: number) =>
      counts.set(kind, (counts.get(kind) ?? 0) + count);
    for (const number of await readdir(`${directory}/fd`)) {
      try {
        const target = await readlink(`${directory}/fd/${number}`);
        if (target.startsWith('/') && !target.startsWith('/dev/')) add('files', 1);
        if (target.startsWith('socket:')) add('sockets', 1);
        if (target !== 'anon_inode:inotify') continue;
        const info = await readFile(`${directory}/fdinfo/${number}`, 'utf8');
        add('watches', info.match(/^inotify wd:/gm)?.length ?? 0);
      } catch (error) {
        // It was closed meanwhile.
        if (!isAbsence(error)) throw error;
      }
    }
    return counts;
  }

  /** Resident bytes. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8');
    return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  }

  /** Ends it. @returns its exit code, null where the signal ended it */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.isAlive) {
      const closed = once(this.#child, 'close');
      this.#child.kill(signal);
      await closed;
    }
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
