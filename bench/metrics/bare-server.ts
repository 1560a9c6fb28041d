/** A bare `node:http` server in a process of its own, which sends the same bytes to everybody. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Answer } from '../harness/http-client.ts';

const THIS_FILE = fileURLToPath(import.meta.url);
/** What node:http writes by itself. */
const OF_THE_CONNECTION = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);

interface Served {
  readonly headers: IncomingHttpHeaders;
  readonly base64: string;
}

/** Runs `use` with a server that gives `answer`, with as many headers, to every request. */
export async function withBareServer<Result>(
  { headers, body }: Answer,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const child = fork(THIS_FILE, ['serve']);
  const exited = once(child, 'exit');
  try {
    child.send({ headers, base64: body.toString('base64') } satisfies Served);
    const [url] = await once(child, 'message');
    return await use(String(url));
  } finally {
    child.disconnect();
    await exited;
  }
}

function serve({ headers, base64 }: Served): void {
  const body = Buffer.from(base64, 'base64');
  const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name)));
  const server = createServer((_request, response) => {
    response.writeHead(200, { ...sent, 'content-length': body.length });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null) process.send?.(`http://127.0.0.1:${address.port}`);
  });
  process.once('disconnect', () => process.exit());
}

if (process.argv[1] === THIS_FILE && process.argv[2] === 'serve') process.once('message', serve);
