import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { GraphContext } from '../../../schema/index.ts';
import { ERROR_STATUS } from '../../errors.ts';
import { type Cost, greaterCost } from '../../metrics/cache-counts.ts';
import type { FinishedOperation, Operation, OperationKind, Traffic } from '../../monitoring/traffic.ts';
import { factsOf } from '../request-facts.ts';
import { requestId } from '../request-id.ts';
import { errorCode, type GraphqlRequest } from './errors.ts';

type WatchedContext = GraphqlRequest & Pick<GraphContext, 'tellCost'>;
type End = Pick<FinishedOperation, 'outcome' | 'code'>;

const COMPLETE: End = { outcome: 'complete' };

/**
 * Tells of each operation when it is over, by whatever way it came; of a subscription also when it begins.
 *
 * @param closing aborted when the gateway begins to shut down
 */
export function watchOperations(traffic: Traffic, closing: AbortSignal): Plugin<WatchedContext> {
  const begin = (context: GraphqlRequest, args?: Pick<ExecutionArgs, 'document' | 'operationName'>) =>
    new OperationWatch(traffic, context, args && getOperationAST(args.document, args.operationName));
  return {
    onParse:
      ({ context }) =>
      ({ result }) => {
        if (result instanceof Error) begin(context).ended(endOf([result]));
      },
    onValidate:
      ({ context }) =>
      ({ valid, result }) => {
        if (!valid) begin(context).ended(endOf(result.map(asValidationError)));
      },
    onExecute({ args, context, extendContext }) {
      const watch = begin(context, args);
      extendContext({ tellCost: (cost: Cost) => watch.costs(cost) });
      return {
        onExecuteDone({ result }) {
          if (!isAsyncIterable(result)) watch.ended(endOf(result.errors));
        },
      };
    },
    onSubscribe({ args, context }) {
      const watch = begin(context, args);
      return {
        onSubscribeResult({ result, setResult }) {
          if (isAsyncIterable(result)) setResult(watchEvents(result, watch, closing));
          else watch.ended(endOf(result.errors));
        },
      };
    },
  };
}

/** One operation, from its beginning to its end. */
class OperationWatch {
  readonly #traffic: Traffic;
  readonly #context: GraphqlRequest;
  readonly #operation: Operation;
  readonly #began = performance.now();
  #events = 0;
  #isOver = false;
  #cost: Cost | undefined;

  /** @param definition in a document; none where the document cannot be executed */
  constructor(
    traffic: Traffic,
    context: GraphqlRequest,
    definition?: { readonly operation: OperationKind; readonly name?: { readonly value: string } | undefined } | null,
  ) {
    const { req, operationId } = context;
    this.#traffic = traffic;
    this.#context = context;
    this.#operation = {
      requestId: operationId ?? requestId(req),
      transport: operationId === undefined ? 'http' : 'websocket',
      kind: definition?.operation ?? null,
      name: definition?.name?.value ?? null,
    };
  }

  costs(cost: Cost): void {
    this.#cost = greaterCost(this.#cost, cost);
  }

  subscribed(): void {
    if (this.#operation.transport === 'http') factsOf(this.#context.req).isStream = true;
    this.#traffic.emit('subscribed', this.#operation);
  }

  toldEvent(): void {
    this.#events++;
  }

  /** Only the first end counts: who stops reading may have been told all. */
  ended({ outcome, code }: End): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { name, transport } = this.#operation;
    if (transport === 'http') {
      Object.assign(factsOf(this.#context.req), { operation: name ?? undefined, code, cache: this.#cost });
    }
    this.#traffic.emit('operation', {
      ...this.#operation,
      outcome,
      code,
      events: this.#events,
      cache: this.#cost,
      milliseconds: performance.now() - this.#began,
    });
  }
}

/** The same events, whose end is told. Not by a generator, which is deaf to its return() while it waits. */
function watchEvents<Event extends { readonly errors?: readonly Error[] | undefined }>(
  source: AsyncIterable<Event>,
  watch: OperationWatch,
  closing: AbortSignal,
): AsyncIterableIterator<Event> {
  const events = source[Symbol.asyncIterator]();
  const ended = (end: End) => watch.ended(closing.aborted ? { outcome: 'shutdown' } : end);
  let last = COMPLETE;
  watch.subscribed();
  return {
    async next() {
      try {
        const result = await events.next();
        if (result.done) ended(last);
        else {
          watch.toldEvent();
          last = endOf(result.value.errors);
        }
        return result;
      } catch (error) {
        ended(endOf([error]));
        throw error;
      }
    },
    async return() {
      ended({ outcome: 'client' });
      return (await events.return?.()) ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** How an operation ends whose client is told these errors: it is the gateway that failed where any of them is a fault of its own. */
function endOf(errors: readonly unknown[] = []): End {
  const codes = errors.map((error) => errorCode(asGraphqlError(error)));
  const fault = codes.find((code) => ERROR_STATUS[code] >= 500);
  if (fault !== undefined) return { outcome: 'failed', code: fault };
  const [code] = codes;
  return code === undefined ? COMPLETE : { outcome: 'refused', code };
}

/** With the code that yoga gives it later. */
function asValidationError(error: Error): GraphQLError {
  const { message, extensions } = asGraphqlError(error);
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', ...extensions } });
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError(String(error), error instanceof Error ? { originalError: error } : {});
}
