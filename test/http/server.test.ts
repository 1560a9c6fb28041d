import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type HttpServer, listen } from '../../src/http/server.ts';

let server: HttpServer;
afterEach(() => server.close());

const ok = (_request: IncomingMessage, response: ServerResponse) => response.end('ok');

/** A server whose answers wait to be written by the test; gives them in the order of the requests. */
async function listenByHand() {
  server = await listen(() => {}, '127.0.0.1', 0);
  const nextAnswer = () =>
    new Promise<ServerResponse>((resolve) => {
      server.server.once('request', (_request, response) => resolve(response));
    });
  return { nextAnswer };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

describe('listen', () => {
  it('takes any free port for port 0 and names it in the URL', async () => {
    server = await listen(ok, '127.0.0.1', 0);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(await (await fetch(server.url)).text()).toBe('ok');
  });

  it('writes an IPv6 address in brackets', async () => {
    server = await listen(ok, '::1', 0);
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await (await fetch(server.url)).text()).toBe('ok');
  });

  it('says that a port is taken, with the address', async () => {
    server = await listen(ok, '127.0.0.1', 0);
    const { port } = new URL(server.url);
    await expect(listen(ok, '127.0.0.1', Number(port))).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: the port is taken`,
    );
  });

  it('says that an address is not this machine’s', async () => {
    await expect(listen(ok, '192.0.2.1', 0)).rejects.toThrow('cannot listen on 192.0.2.1:0: no such address');
  });
});

describe('close', () => {
  it('accepts no connection any more', async () => {
    server = await listen(ok, '127.0.0.1', 0);
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });

  it('ends connections that are kept alive without an answer under way at once', async () => {
    server = await listen(ok, '127.0.0.1', 0);
    const agent = new Agent({ keepAlive: true });
    await text(await new Promise<IncomingMessage>((resolve) => get(server.url, { agent }, resolve)));
    const half = connect(Number(new URL(server.url).port), '127.0.0.1');
    half.on('error', () => {});
    half.write('GET / HTTP/1.1\r\nHost: half');
    await once(server.server, 'connection');

    expect(await secondsOf(() => server.close())).toBeLessThan(0.5);
    agent.destroy();
  });

  it('waits for an answer under way, then ends its connection', async () => {
    const { nextAnswer } = await listenByHand();
    const [response, answered] = [nextAnswer(), fetch(server.url)];
    const answer = await response;
    const seconds = secondsOf(() => server.close());
    answer.end('late');
    expect(await (await answered).text()).toBe('late');
    expect(await seconds).toBeLessThan(0.5);
  });

  it('sends the whole of an answer that is written but not yet sent', async () => {
    const { nextAnswer } = await listenByHand();
    const size = 30_000_000;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: slow\r\n\r\n');
    (await nextAnswer()).end(Buffer.alloc(size));
    await once(socket, 'readable');
    const closed = server.close();
    let received = 0;
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    await once(socket, 'end');
    socket.end();
    await closed;
    expect(received).toBeGreaterThan(size);
  });

  it('cuts off an answer that does not end, within a second', async () => {
    const { nextAnswer } = await listenByHand();
    const [response, cut] = [nextAnswer(), fetch(server.url).catch(String)];
    await response;
    const seconds = await secondsOf(() => server.close());
    expect(seconds).toBeGreaterThan(0.7);
    expect(seconds).toBeLessThan(1);
    expect(await cut).toContain('fetch failed');
  });

  it('may be called again', async () => {
    server = await listen(ok, '127.0.0.1', 0);
    await Promise.all([server.close(), server.close()]);
    await expect(server.close()).resolves.toBeUndefined();
  });
});
