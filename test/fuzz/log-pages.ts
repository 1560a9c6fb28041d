import { z } from 'zod';
import { Fault } from './fuzzer.ts';
import type { HttpClient } from './http-client.ts';
import type { Random } from './random.ts';

const LARGEST_PAGE = 1000;

const PAGE = `
  query ($run: ID!, $first: Int, $after: String, $last: Int, $before: String, $fromLine: SafeInt) {
    run(runId: $run) {
      logs(first: $first, after: $after, last: $last, before: $before, fromLine: $fromLine) {
        nodes { number text }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        lineCount
      }
    }
  }`;

const page = z.object({
  run: z.object({
    logs: z.object({
      nodes: z.array(z.object({ number: z.number().nullable(), text: z.string() })),
      pageInfo: z.object({
        hasNextPage: z.boolean(),
        hasPreviousPage: z.boolean(),
        startCursor: z.string().nullable(),
        endCursor: z.string().nullable(),
      }),
      lineCount: z.number().nullable(),
    }),
  }),
});

/** Asks for the pages of a log, and holds them against its finished lines. Throws a Fault. */
export class LogPages {
  readonly #client: HttpClient;
  readonly #url: string;
  readonly #run: string;

  constructor(client: HttpClient, url: string, run: string) {
    this.#client = client;
    this.#url = url;
    this.#run = run;
  }

  async check(lines: readonly string[], random: Random): Promise<void> {
    const size = random.pick([1, 7, 100, LARGEST_PAGE]);
    // A few pages of a long log say enough.
    const most = 6;
    await this.#checkForward(lines, size, most);
    await this.#checkBack(lines, size, most);
    const fromLine = 1 + random.below(lines.length + 2);
    const { nodes } = await this.#page({ first: size, fromLine });
    this.#compare(nodes, lines, fromLine - 1, Math.min(size, Math.max(0, lines.length - fromLine + 1)));
  }

  async #checkForward(lines: readonly string[], first: number, most: number): Promise<void> {
    let at = 0;
    let after: string | null = null;
    for (let n = 0; n < most; n++) {
      const { nodes, pageInfo, lineCount }: Page = await this.#page({ first, after });
      this.#compare(nodes, lines, at, nodes.length);
      at += nodes.length;
      if (lineCount !== null && lineCount !== lines.length)
        throw new Fault(`${lineCount} lines in place of ${lines.length}`);
      if (pageInfo.hasNextPage !== at < lines.length)
        throw new Fault(
          `behind line ${at} of ${lines.length} there is said to be ${pageInfo.hasNextPage ? '' : 'no'} more`,
        );
      if (!pageInfo.hasNextPage) return;
      after = pageInfo.endCursor;
    }
  }

  async #checkBack(lines: readonly string[], last: number, most: number): Promise<void> {
    let at = lines.length;
    let before: string | null = null;
    for (let n = 0; n < most; n++) {
      const { nodes, pageInfo }: Page = await this.#page({ last, before });
      at -= nodes.length;
      this.#compare(nodes, lines, at, nodes.length);
      if (pageInfo.hasPreviousPage !== at > 0)
        throw new Fault(`before line ${at + 1} there is said to be ${pageInfo.hasPreviousPage ? '' : 'no'} more`);
      if (!pageInfo.hasPreviousPage) return;
      before = pageInfo.startCursor;
    }
  }

  async #page(variables: object): Promise<Page> {
    const answer = await this.#client.graphql(this.#url, PAGE, { run: this.#run, ...variables });
    return page.parse(answer).run.logs;
  }

  #compare(nodes: Page['nodes'], lines: readonly string[], from: number, count: number): void {
    if (nodes.length !== count) throw new Fault(`${nodes.length} lines from ${from + 1} on in place of ${count}`);
    for (const [i, { number, text }] of nodes.entries()) {
      const due = lines[from + i];
      if (text !== due || (number !== null && number !== from + i + 1)) {
        throw new Fault(
          `line ${number} ${JSON.stringify(text)} in place of line ${from + i + 1} ${JSON.stringify(due)}`,
        );
      }
    }
  }
}

type Page = z.infer<typeof page>['run']['logs'];
