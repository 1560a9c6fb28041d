import { judgeAnswer } from './answers.ts';
import { Fault, type Fuzzer } from './fuzzer.ts';
import type { Question } from './http-client.ts';
import { mutateOften } from './mutations.ts';
import { document, variablesOf } from './operation-seeds.ts';
import type { Random } from './random.ts';
import { rawExchange } from './raw-exchange.ts';
import { servedFuzzer } from './served-fuzzer.ts';
import type { ServedStorage } from './served-storage.ts';

const PATHS = [
  '/',
  '/api/runs',
  '/api/runs/grown',
  '/api/runs/grown/metrics?downsample=100',
  '/api/runs/grown/metrics_step',
  '/api/runs/growing/logs',
  '/api/runs/missing/progress',
  '/api/metrics/cache/stats',
  '/api/health',
  '/assets/x.js',
  '/graphql?query={runs{nodes{runId}}}',
  '/api/runs/grown/logs/ws',
] as const;

const WORDS = [
  ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'TRACE', 'CONNECT', 'QUERY', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0'],
  ['%2e%2e', '%2f', '%00', '%ff', '%', '..', '//', '?', '&', '#', 'downsample=99', 'downsample=1e3', '%u0041'],
  ['Host:', 'Content-Length: 5', 'Content-Length: -1', 'Transfer-Encoding: chunked', 'Expect: 100-continue'],
  ['Upgrade: websocket', 'Connection: upgrade', 'Connection: close', 'If-None-Match: *', 'Range: bytes=0-', '\r\n'],
  [
    'Host: a b',
    'Host: [::1',
    'Host: user:pass@127.0.0.1:1',
    'Host: 127.1:99999',
    'http://localhost',
    'http://[',
    'ws://x:y',
  ],
  ['Accept-Encoding: br;q=0.5', 'Origin: null', 'X-Request-Id: x', '\r\n\r\n', '0\r\n\r\n', 'x'.repeat(20_000)],
].flat();

const ACCEPTED = [
  'application/json',
  'application/graphql-response+json',
  'text/event-stream',
  'multipart/mixed',
  'text/html',
  '*/*',
  'text/csv',
  'x/y;q=2',
] as const;

/** Mutated requests, from the bytes of the connection up to the values of variables, against what every answer promises. */
export function requestFuzzer(): Promise<Fuzzer> {
  return servedFuzzer(tryRequest);
}

async function tryRequest({ gateway, client, known }: ServedStorage, random: Random): Promise<number> {
  if (random.chance(0.2)) {
    const request = rawRequest(random);
    for (const answer of await rawExchange(gateway.url, request))
      judged(request.toString('latin1'), () => judgeRaw(answer));
  } else {
    const [path, question] = random.chance(0.75) ? operation(random, known) : plainRequest(random);
    const answer = await client.ask(gateway.url, path, question).catch((error: unknown) => {
      throw new Fault(`${shown(path, question)}: ${String(error)}`);
    });
    judged(shown(path, question), () => judgeAnswer(answer));
  }
  return 1;
}

/** GraphQL, by POST or GET. */
function operation(random: Random, known: readonly string[]): [path: string, question: Question] {
  const query = document(random);
  const variables = variablesOf(query, random, known);
  const asked = {
    query,
    variables,
    ...(random.chance(0.1) && { operationName: random.pick(['Chart', '', 'X']) }),
    ...(random.chance(0.05) && { extensions: random.pick([null, {}, { cost: true }, [], 'x']) }),
  };
  const accept = random.chance(0.6) ? {} : { accept: random.pick(ACCEPTED) };
  if (random.chance(0.2)) {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    if (random.chance(0.1)) parameters.append('variables', '{');
    return [`/graphql?${parameters}`, { headers: accept }];
  }
  const text = Buffer.from(JSON.stringify(random.chance(0.03) ? [asked, asked] : asked));
  const material = {
    dictionary: ['"query"', '"variables"', 'null', '{', '[', '\\u0000', '"\\', '1e999'],
    others: [text],
  };
  const body = random.chance(0.3) ? mutateOften(text, random, material, 3) : text;
  const type = random.chance(0.9)
    ? 'application/json'
    : random.pick([
        'application/json; charset=latin1',
        'text/plain',
        'application/graphql',
        'multipart/form-data',
        '/',
      ]);
  return ['/graphql', { method: 'POST', headers: { 'content-type': type, ...accept }, body }];
}

/** A path that may be one, asked for in ways that may be right. */
function plainRequest(random: Random): [path: string, question: Question] {
  const seed = Buffer.from(random.pick(PATHS));
  const material = {
    dictionary: WORDS.filter((word) => word.length < 20),
    others: PATHS.map((path) => Buffer.from(path)),
  };
  // What Node.js would refuse to send is sent raw by others.
  const path = mutateOften(seed, random, material, 3)
    .toString('latin1')
    .replaceAll(/[^\x21-\x7e]/g, '');
  const method = random.chance(0.8) ? 'GET' : random.pick(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);
  const headers = random.chance(0.5)
    ? {}
    : { accept: random.pick(ACCEPTED), 'accept-encoding': random.pick(['br', 'gzip', 'x', '*;q=0']) };
  return [`/${path.replace(/^\/+/, '')}`, { method, headers }];
}

/** The bytes of a request, or of what is none. */
function rawRequest(random: Random): Buffer {
  const body = '{"query": "{ runs { nodes { runId } } }"}';
  const requests = [
    `GET ${random.pick(PATHS)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n`,
    // As a proxy asks.
    `GET http://127.0.0.1${random.pick(PATHS)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    `GET ${random.pick(['/graphql', '/api/runs/grown/logs/ws', '/x'])} HTTP/1.1\r\nHost: [::1]\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  ].map((text) => Buffer.from(text));
  return mutateOften(random.element(requests), random, { dictionary: WORDS, others: requests }, 5);
}

/** Holds what came over a connection against HTTP: an answer of a status below 500. Throws a Fault. */
function judgeRaw(answer: string): void {
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
  if (status === undefined || Number(status) >= 500)
    throw new Fault(`answered with ${JSON.stringify(answer.slice(0, 500))}`);
}

function judged(asked: string, judge: () => void): void {
  try {
    judge();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(`${error.message}\nasked: ${asked.slice(0, 3000)}`);
  }
}

function shown(path: string, { method = 'GET', headers, body }: Question): string {
  return `${method} ${JSON.stringify(path)} ${JSON.stringify(headers)} ${JSON.stringify(body?.toString())}`;
}
