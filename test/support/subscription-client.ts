import type { z } from 'zod';
import type { Closure, Completion, OperationClient, OperationResult } from './operation-clients.ts';

/** The operation failed. */
interface Refusal {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
}

/** What may come instead of an event, however a client is connected. */
export type Ending = Refusal | Completion | Closure;

/** Takes what comes as it comes, and keeps it until it is asked for. */
export interface SubscriptionClient<Event> {
  /** The next event, which may have come already. */
  next(): Promise<Event | Ending>;
  /** Goes away without a word. */
  close(): void;
}

/** @param field the name of the subscription's field @param event what an event of it is */
export function subscriptionClient<Event>(
  client: OperationClient,
  field: string,
  event: z.ZodType<Event>,
): SubscriptionClient<Event> {
  return {
    async next() {
      const told = await client.next();
      return told.type === 'result' ? eventOf(told, field, event) : told;
    },
    close: () => client.close(),
  };
}

function eventOf<Event>({ data, errors }: OperationResult, field: string, event: z.ZodType<Event>): Event | Refusal {
  const [error] = errors ?? [];
  if (error === undefined) return event.parse(Object(data)[field]);
  return { type: 'error', code: error.extensions?.code ?? '', message: error.message };
}
