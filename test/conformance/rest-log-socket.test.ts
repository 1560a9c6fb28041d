import { once } from 'node:events';
import { appendFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { countOpenWatches } from '../runs/interception.ts';
import { startTestGateway } from '../support/gateway.ts';
import { connectLegacy, subscribeOverSse, subscribeOverWebSocket } from '../support/log-clients.ts';
import { START } from '../support/storage.ts';
import { useGateway } from './fixture.ts';
import { LogReader } from './log-readers.ts';

const gateway = useGateway();
const readers: LogReader[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const reader of readers.splice(0)) reader.close();
});

const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
const asText = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

async function serve(content: string | null, status = 'running') {
  const files = content === null ? {} : { 'logs.txt': content };
  const meta = { hostname: 'elsewhere' };
  const { id, directory } = await gateway.serve({ status: { status, started_at: START }, meta, files });
  const log = `${directory}/logs.txt`;
  return { id, log, directory, append: (text: string) => appendFile(log, text) };
}

function connect(runId: string): LogReader {
  const reader = new LogReader(connectLegacy(gateway.gateway.url, { runId }));
  readers.push(reader);
  return reader;
}

/** How the gateway answers a request to become a WebSocket. */
async function statusOfUpgrade(path: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(`${gateway.gateway.url.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

describe('the log socket', () => {
  it('REST-LOGS-001 sends what there is of the log, one text frame a line, and no frame of its own', async () => {
    const { id, append } = await serve('one\ntwo\n');
    const reader = connect(id);
    expect([await reader.frame(), await reader.frame()]).toEqual(['one', 'two']);
    await append('three\n');
    expect(await reader.frame()).toBe('three');
  });

  it('REST-LOGS-002 of a long log it sends the last 10 000 lines, after saying so', async () => {
    const { id } = await serve(asText(numbered(1, 10_001)));
    const reader = connect(id);
    expect(await reader.frame()).toMatch(/^\[info\] .*10000/);
    expect(await reader.lines(10_000)).toEqual(numbered(2, 10_001));
  });

  it('REST-LOGS-003 a log of 10 000 lines is sent whole, blank ones do not count', async () => {
    const { id } = await serve(`\n \t\n${asText(numbered(1, 5000))}\n\r\n${asText(numbered(5001, 10_000))}\n\n`);
    const reader = connect(id);
    expect(await reader.frame()).toBe('line 1');
    expect(await reader.lines(9999)).toEqual(numbered(2, 10_000));
  });

  it('REST-LOGS-004 lines of white space only are not sent', async () => {
    const { id, append } = await serve('one\n\n   \n\t\r\n\u3000\ntwo\n');
    const reader = connect(id);
    expect([await reader.frame(), await reader.frame()]).toEqual(['one', 'two']);
    await append('\n \nthree\n');
    expect(await reader.frame()).toBe('three');
  });

  it('REST-LOGS-005 of an unknown or deleted run it says that there is none, and closes with 1000', async () => {
    const { id, directory } = await serve('one\n');
    await writeFile(`${directory}/.deleted`, '');
    for (const runId of ['nope', id, 'a b%', '__proto__']) {
      const reader = connect(runId);
      expect(await reader.frame()).toBe('[error] run not found');
      expect(await reader.next()).toMatchObject({ type: 'closed', code: 1000 });
    }
  });

  it('REST-LOGS-006 while there is no log it says so, and when there is one, that too', async () => {
    const { id, append } = await serve(null);
    const reader = connect(id);
    expect(await reader.frame()).toBe('[info] No logs available yet. Waiting for logs to be created...');
    await append('first\n');
    expect(await reader.frame()).toBe('[info] Logs are now available, streaming...');
    expect(await reader.frame()).toBe('first');
  });

  it('REST-LOGS-007 a truncated log is told in one [info] frame, then comes the new content', async () => {
    const { id, log, append } = await serve('one\ntwo\n');
    const reader = connect(id);
    await reader.lines(2);
    await truncate(log);
    expect(await reader.frame()).toMatch(/^\[info\] /);
    await append('new\n');
    expect(await reader.frame()).toBe('new');
  });

  it('REST-LOGS-008 it stays open after the end of a run, of which it sends the half line, and goes on', async () => {
    const { id, append } = await serve('one\nhalf', 'finished');
    const reader = connect(id);
    expect([await reader.frame(), await reader.frame()]).toEqual(['one', 'half']);
    await append(' rest\nmore\n');
    expect([await reader.frame(), await reader.frame()]).toEqual([' rest', 'more']);
  });

  it('REST-LOGS-009 a half line of a run that is running waits', async () => {
    const { id, append } = await serve('one\nhalf');
    const reader = connect(id);
    expect(await reader.frame()).toBe('one');
    await append(' line\n');
    expect(await reader.frame()).toBe('half line');
  });

  it('REST-LOGS-010 after an hour without a line it says so and closes with 1000', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { id } = await serve('one\n');
    const reader = connect(id);
    expect(await reader.frame()).toBe('one');
    await vi.advanceTimersByTimeAsync(3_599_000);
    await vi.advanceTimersByTimeAsync(1_000);
    vi.useRealTimers();
    expect(await reader.frame()).toBe('[info] Connection timeout after 1 hour of inactivity');
    expect(await reader.next()).toMatchObject({ type: 'closed', code: 1000 });
  });

  it('REST-LOGS-011 a log that cannot be read is told, and the socket closed', async () => {
    const { id, log } = await serve(null);
    await mkdir(log);
    const reader = connect(id);
    expect(await reader.frame()).toBe('[error] the log cannot be read');
    expect(await reader.next()).toMatchObject({ type: 'closed', code: 1011 });
  });

  it('REST-LOGS-012 no frame passes 1 MiB, whatever a line holds', async () => {
    const { id, log } = await serve('');
    await writeFile(log, Buffer.concat([Buffer.alloc(2_000_000, 0xff), Buffer.from('\nnext\n')]));
    const reader = connect(id);
    const frame = await reader.frame();
    expect(Buffer.byteLength(frame)).toBeLessThan(1_048_576);
    expect(frame).toMatch(/^\ufffd+ …\[\+1737856 bytes\]$/);
    expect(await reader.frame()).toBe('next');
  });

  it('REST-LOGS-013 a plain GET of its path is 404, an upgrade of any other path too', async () => {
    const { id } = await serve('one\n');
    expect((await gateway.gateway.request(`/api/runs/${id}/logs/ws`)).status).toBe(404);
    for (const path of ['/', '/api', `/api/runs/${id}/logs`, `/api/runs/${id}/logs/ws/`, `/api/runs/%zz/logs/ws`]) {
      expect(await statusOfUpgrade(path)).toBe(404);
    }
  });

  it('REST-LOGS-014 pages of this machine and of the gateway may connect, those of other origins not', async () => {
    const { id } = await serve('one\n');
    const { host } = new URL(gateway.gateway.url);
    for (const path of [`/api/runs/${id}/logs/ws`, '/graphql']) {
      for (const Origin of ['http://localhost:5173', `http://${host}`, 'https://[::1]']) {
        expect(await statusOfUpgrade(path, { Origin })).toBe(101);
      }
      for (const Origin of ['http://example.com', 'http://localhost.example.com', 'null']) {
        expect(await statusOfUpgrade(path, { Origin })).toBe(403);
      }
    }
  });

  it('REST-LOGS-015 what a client sends is of no matter, unless it is too much', async () => {
    const { id, append } = await serve('one\n');
    const socket = new WebSocket(`${gateway.gateway.url.replace('http', 'ws')}/api/runs/${id}/logs/ws`);
    const frames: string[] = [];
    const told = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        frames.push(data.toString());
        if (frames.length === 1) {
          socket.send('hello');
          void append('two\n');
        } else resolve();
      });
    });
    await told;
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.send('x'.repeat(300_000));
    expect(await closed).toBe(1009);
    expect(frames).toEqual(['one', 'two']);
  });
});

describe('clients that leave', () => {
  it('REST-LOGS-016 nothing is watched for a client that left as soon as it had come', async () => {
    const watches = countOpenWatches();
    const [last, ...others] = await Promise.all(Array.from({ length: 41 }, () => serve('one\n')));
    // What the gateway watches by itself, it does once it has found the run.
    for (const { id } of [last, ...others]) await gateway.gateway.request(`/api/runs/${id}`);
    const before = watches();
    const left = others.map(async ({ id }) => {
      const socket = new WebSocket(`${gateway.gateway.url.replace('http', 'ws')}/api/runs/${id}/logs/ws`);
      await once(socket, 'open');
      socket.terminate();
    });
    await Promise.all(left);
    // One that stays shows that the gateway has looked at what came before.
    const reader = connect(last.id);
    await reader.frame();
    expect(watches()).toBeGreaterThan(before);
    reader.close();
    await expect.poll(watches).toBe(before);
  });
});

describe('the end of the gateway', () => {
  it('REST-LOGS-017 is told to those who follow a log', async () => {
    const { id } = await serve('one\n');
    const own = await startTestGateway(gateway.storage);
    const followers = [connectLegacy, subscribeOverWebSocket, subscribeOverSse].map(
      (open) => new LogReader(open(own.url, { runId: id })),
    );
    for (const follower of followers) expect(await follower.lines(1)).toEqual(['one']);
    await own.close();
    const [legacy, subscribed, streamed] = await Promise.all(followers.map((follower) => follower.next()));
    expect([legacy, subscribed]).toMatchObject([{ code: 1001 }, { code: 1001 }]);
    expect(streamed?.type).toMatch(/^(complete|closed)$/);
  });
});

describe('an upgrade to another protocol', () => {
  it('REST-LOGS-018 is not made, and the request answered as it is', async () => {
    const headers = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };
    expect((await gateway.gateway.request('/api/health', { headers })).status).toBe(200);
  });
});

describe('the log as a file', () => {
  it('REST-LOGFILE-001 is served as it lies on disk, as plain text', async () => {
    const { id } = await serve('one\r\n\u001b[31mtwo\u001b[0m\nhalf');
    const answer = await gateway.gateway.request(`/api/runs/${id}/logs`);
    expect([answer.status, answer.body]).toEqual([200, 'one\r\n\u001b[31mtwo\u001b[0m\nhalf']);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.headers['accept-ranges']).toBe('bytes');
  });

  it('REST-LOGFILE-002 a range of it is served, so that a download goes on where it stopped', async () => {
    const { id, append } = await serve('0123456789');
    const get = (Range: string) => gateway.gateway.request(`/api/runs/${id}/logs`, { headers: { Range } });
    expect(await get('bytes=4-')).toMatchObject({ status: 206, body: '456789' });
    await append('abc');
    const rest = await get('bytes=10-');
    expect(rest).toMatchObject({ status: 206, body: 'abc' });
    expect(rest.headers['content-range']).toBe('bytes 10-12/13');
    expect(await get('bytes=-2')).toMatchObject({ status: 206, body: 'bc' });
  });

  it('REST-LOGFILE-003 a range that begins at its end or behind is 416, and says how long it is', async () => {
    const { id } = await serve('0123456789');
    const answer = await gateway.gateway.request(`/api/runs/${id}/logs`, { headers: { Range: 'bytes=10-' } });
    expect([answer.status, answer.json()]).toEqual([416, { detail: 'Range Not Satisfiable' }]);
    expect(answer.headers['content-range']).toBe('bytes */10');
  });

  it('REST-LOGFILE-004 of an unknown run, or without a log, it is 404', async () => {
    const { id } = await serve(null);
    const answers = [
      await gateway.gateway.request('/api/runs/nope/logs'),
      await gateway.gateway.request(`/api/runs/${id}/logs`),
    ];
    expect(answers.map((answer) => [answer.status, answer.json()])).toEqual([
      [404, { detail: 'Run not found' }],
      [404, { detail: 'Log not found' }],
    ]);
  });

  it('REST-LOGFILE-005 HEAD has the length, and no other method is there', async () => {
    const { id } = await serve('0123456789');
    const head = await gateway.gateway.request(`/api/runs/${id}/logs`, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '10', '']);
    const post = await gateway.gateway.request(`/api/runs/${id}/logs`, { method: 'POST' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('REST-LOGFILE-006 what is no regular file is 500, with a detail', async () => {
    const { id, log } = await serve(null);
    await mkdir(log);
    const answer = await gateway.gateway.request(`/api/runs/${id}/logs`);
    expect([answer.status, answer.json()]).toEqual([500, { detail: 'logs.txt cannot be read: not a regular file' }]);
  });
});
