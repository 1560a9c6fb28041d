/**
 * The usual GraphQL server, in a process of its own: yoga as it comes, and a run as a list of row objects, which it holds
 * in memory and whose fields it resolves by their names.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createSchema, createYoga } from 'graphql-yoga';
import { asText, messagesOf } from '../harness/child-messages.ts';
import { METRICS } from '../inputs/events-file.ts';
import { linesOf } from '../metrics/rivals.ts';
import type { GraphqlRequest } from './graphql-client.ts';

const THIS_FILE = fileURLToPath(import.meta.url);

export interface Row {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly gradNorm: number;
  readonly learningRate: number;
}

/** In the order of `METRICS`. */
export const ROW_FIELDS = ['loss', 'accuracy', 'gradNorm', 'learningRate'] as const;

export const ALL_ROWS: GraphqlRequest = { query: `{ rows { step ${ROW_FIELDS.join(' ')} } }` };

/** What `ALL_ROWS` is answered with. */
export interface RowsData {
  readonly rows: readonly Row[];
}

const TYPES = `
  type Query { rows: [Row!]! }
  type Row { step: Float! ${ROW_FIELDS.map((field) => `${field}: Float`).join(' ')} }
`;

/** Runs `use` with a server that holds the events of `file` as rows. */
export async function withPlainYoga<Result>(file: string, use: (url: string) => Promise<Result>): Promise<Result> {
  const child = fork(THIS_FILE, [file]);
  const exited = once(child, 'exit');
  try {
    return await use(await messagesOf(child, 'the plain yoga server', exited)(asText));
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}

function serve(file: string): void {
  const rows = Array.from(linesOf(file), rowOf);
  const schema = createSchema({ typeDefs: TYPES, resolvers: { Query: { rows: () => rows } } });
  const yoga = createYoga({ schema, logging: false });
  const server = createServer((request, response) => void yoga(request, response));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null) process.send?.(`http://127.0.0.1:${address.port}`);
  });
  process.once('disconnect', () => process.exit());
}

function rowOf(line: string): Row {
  const { data }: { readonly data: Readonly<Record<string, number>> } = JSON.parse(line);
  const [loss, accuracy, gradNorm, learningRate] = METRICS.map((name) => data[name]);
  return { step: data.global_step, loss, accuracy, gradNorm, learningRate };
}

if (process.argv[1] === THIS_FILE && process.argv[2] !== undefined) serve(process.argv[2]);
