import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START } from '../support/storage.ts';
import { findTool } from '../support/tools.ts';

const python = findTool('Python with requests', ['python3', '/usr/bin/python3'], ['-c', 'import requests']);
const script = fileURLToPath(new URL('../../examples/python/curves.py', import.meta.url));

/** The script, at work. */
function curves(...args: readonly string[]) {
  const env = { ...process.env, NO_PROXY: '127.0.0.1' };
  const child = spawn(python ?? '', [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    printed += piece;
  });
  const ended = Promise.all([once(child, 'close'), text(child.stderr)]);
  return {
    /** Resolves when this has been printed. */
    async printed(part: string): Promise<void> {
      while (!printed.includes(part)) await once(child.stdout, 'data');
    },
    async ended() {
      const [[code], complaints] = await ended;
      return { code, printed, complaints };
    },
  };
}

describe.skipIf(python === undefined)('the Python example', () => {
  it('prints columns as CSV, NaN and infinities too', async () => {
    await using storage = await makeStorage();
    const events = [
      metricsEvent(1, { loss: 3, 'a,b': 1 }),
      metricsEvent(2, { loss: Number.NaN }),
      metricsEvent(3, { lr: 1 }),
      metricsEvent(4, { loss: Number.NEGATIVE_INFINITY, 'a,b': 0.25 }),
    ];
    await storage.addRun('run', { events });
    await using gateway = await startTestGateway(storage);
    expect(await curves('run', 'loss', 'a,b', 'nope', '--url', gateway.url).ended()).toEqual({
      code: 0,
      printed: 'step,loss,"a,b",nope\n1,3,1,\n2,nan,,\n4,-inf,0.25,\n',
      complaints: 'not logged so far: nope\n',
    });
  });

  it('thins what it prints', async () => {
    await using storage = await makeStorage();
    await storage.addRun('run', { events: Array.from({ length: 1000 }, (_, i) => metricsEvent(i, { loss: i })) });
    await using gateway = await startTestGateway(storage);
    const { printed } = await curves('run', 'loss', '--points', '100', '--url', gateway.url).ended();
    expect(printed.trimEnd().split('\n')).toHaveLength(101);
  });

  it('follows a run that trains until it has ended, through a file that begins again and another gateway', async () => {
    await using storage = await makeStorage();
    const status = { status: 'running', started_at: START };
    const directory = await storage.addRun('run', { status, events: [metricsEvent(1, { loss: 3 })] });
    const append = (step: number, loss: number | null) =>
      appendFile(`${directory}/events.jsonl`, `${JSON.stringify(metricsEvent(step, { loss }))}\n`);
    const first = await startTestGateway(storage);
    const live = curves('run', 'loss', '--follow', '--url', first.url);
    await live.printed('1,3\n');
    await append(3, 1.5);
    await append(2, 2);
    await live.printed('2,2\n');
    await append(1, null);
    await append(4, 1.25);
    await live.printed('4,1.25\n');
    await writeFile(`${directory}/events.jsonl`, '');
    await append(1, 9);
    await live.printed('1,9\n');
    await first.close();
    await append(2, 8);
    await using _ = await startTestGateway(storage, { port: Number(new URL(first.url).port) });
    await live.printed('2,8\n');
    await writeFile(`${directory}/status.json`, JSON.stringify({ ...status, status: 'finished' }));
    const { code, complaints } = await live.ended();
    expect(code).toBe(0);
    expect(complaints).toContain('step 1 is gone\n');
    expect(complaints).toContain('begins again, since the file was truncated\n');
  });

  it('says what is wrong', async () => {
    await using storage = await makeStorage();
    await storage.addRun('run', { events: [metricsEvent(1, { loss: 3 })] });
    await using gateway = await startTestGateway(storage);
    const unknown = await curves('nope', 'loss', '--url', gateway.url).ended();
    expect(unknown).toEqual({ code: 1, printed: '', complaints: 'there is no run nope\n' });
    const refused = await curves('run', 'loss', '--points', '5', '--url', gateway.url).ended();
    expect(refused).toMatchObject({ code: 1, printed: '', complaints: expect.stringContaining('points') });
  });
});
