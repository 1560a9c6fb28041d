import { spawn } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, START } from '../support/storage.ts';
import { findTool } from '../support/tools.ts';

const python = findTool('Python with websockets', ['python3', '/usr/bin/python3'], ['-c', 'import websockets']);
const script = fileURLToPath(new URL('log_client.py', import.meta.url));

/** What the client prints, line by line. */
function runClient(url: string, runId: string) {
  const env = { ...process.env, NO_PROXY: '127.0.0.1', PYTHONIOENCODING: 'utf-8' };
  const client = spawn(python ?? '', [script, url, runId], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  return {
    async lines(count: number): Promise<readonly unknown[]> {
      const lines: unknown[] = [];
      while (lines.length < count) lines.push((await printed.next()).value);
      return lines;
    },
    [Symbol.dispose]: () => client.kill('SIGKILL'),
  };
}

describe.skipIf(python === undefined)('the documented Python example of the log socket', () => {
  it('prints a growing log, each line once', async () => {
    await using storage = await makeStorage();
    const status = { status: 'running', started_at: START };
    const directory = await storage.addRun('run-1', {
      status,
      files: { 'logs.txt': 'one\n\n两 \u001b[32mtwo\u001b[0m\n' },
    });
    await using gateway = await startTestGateway(storage);
    using client = runClient(gateway.url, 'run-1');
    expect(await client.lines(2)).toEqual(['one', '两 \u001b[32mtwo\u001b[0m']);
    for (let i = 0; i < 500; i += 2) {
      await appendFile(`${directory}/logs.txt`, `line ${i}\nli`);
      await appendFile(`${directory}/logs.txt`, `ne ${i + 1}\n`);
    }
    expect(await client.lines(500)).toEqual(Array.from({ length: 500 }, (_, i) => `line ${i}`));
  });

  it('is sent a line of 10 MB cut to what its library accepts', async () => {
    await using storage = await makeStorage();
    await storage.addRun('run-1', { files: { 'logs.txt': `${'x'.repeat(10_000_000)}\nnext\n` } });
    await using gateway = await startTestGateway(storage);
    using client = runClient(gateway.url, 'run-1');
    const [long, next] = await client.lines(2);
    expect(String(long).slice(-19)).toBe('x …[+9737856 bytes]');
    expect(next).toBe('next');
  });

  it('of an unknown run it prints that there is none, and its connection is closed in order', async () => {
    await using storage = await makeStorage();
    await using gateway = await startTestGateway(storage);
    using client = runClient(gateway.url, 'nope');
    expect(await client.lines(2)).toEqual(['[error] run not found', 'closed with 1000']);
  });
});
