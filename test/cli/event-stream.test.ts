import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ConnectionLost, eventStream } from '../../src/cli/event-stream.ts';
import { listen } from '../../src/http/server.ts';

/** What a server streams to its client, and how the stream ends for it: with undefined where it ends well. */
async function receive(answer: RequestListener, mostSilence?: number) {
  const server = await listen(answer, '127.0.0.1', 0);
  const received: string[] = [];
  try {
    for await (const data of eventStream(server.url, {}, mostSilence)) received.push(data);
    return { received, error: undefined };
  } catch (error) {
    return { received, error };
  } finally {
    await server.close();
  }
}

function streaming(write: (...args: Parameters<RequestListener>) => void): RequestListener {
  return (request, response) => {
    response.setHeader('content-type', 'text/event-stream; charset=utf-8');
    write(request, response);
  };
}

describe('eventStream', () => {
  it('gives the data of each event, wherever the stream is cut, and no comments', async () => {
    const bytes = Buffer.from(
      ':\n\nevent: next\ndata: {"é":"\u2028🦄"}\n\n:\n\ndata:a\ndata: b\n\nevent: complete\ndata:\n\n',
    );
    const byteForByte = streaming((_, response) => {
      response.socket?.setNoDelay();
      let sent = 0;
      const send = () => {
        if (sent === bytes.length) response.end();
        else response.write(bytes.subarray(sent, ++sent), () => setImmediate(send));
      };
      send();
    });
    expect(await receive(byteForByte)).toEqual({ received: ['{"é":"\u2028🦄"}', 'a\nb'], error: undefined });
  });

  it('takes a connection that breaks as lost, and an unfinished event as not there', async () => {
    const breaking = streaming((_, response) => {
      response.write('data: whole\n\ndata: half', () => setImmediate(() => response.destroy()));
    });
    const { received, error } = await receive(breaking);
    expect(received).toEqual(['whole']);
    expect(error).toBeInstanceOf(ConnectionLost);
  });

  it('takes a connection that falls silent as lost', async () => {
    const silent = streaming((_, response) => {
      response.write('data: last\n\n');
    });
    expect((await receive(silent, 200)).error).toEqual(new ConnectionLost('it fell silent'));
  });

  it('hopes for the better after an error of the server, and not after another answer', async () => {
    const status = (code: number): RequestListener => {
      return (_, response) => response.writeHead(code).end('data: no\n\n');
    };
    expect((await receive(status(502))).error).toEqual(new ConnectionLost('it answers 502'));
    const { error } = await receive(status(404));
    expect(error).not.toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ message: expect.stringMatching(/^http:\S+ answers 404, not with a stream/) });
  });
});
