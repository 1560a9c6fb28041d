import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { ClientLimits } from '../limits/client-limits.ts';
import type { GraphqlRequest } from './errors.ts';
import { refusal } from './refusal.ts';

/** Refuses subscriptions of a client that has as many as it may have, over server-sent events and WebSocket alike. */
export function limitSubscriptions({ subscriptions, clients }: ClientLimits): Plugin<GraphqlRequest> {
  return {
    onSubscribe({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }) {
      const leave = subscriptions.take(clients.of(args.contextValue.req));
      if (leave === null) {
        setResultAndStopExecution({ errors: [refusal(subscriptions.refusal())] });
        return undefined;
      }
      setSubscribeFn(async (operation) => {
        try {
          return await subscribeFn(operation);
        } catch (error) {
          leave();
          throw error;
        }
      });
      return {
        onSubscribeResult({ result }) {
          if (!isAsyncIterable(result)) leave();
          return { onEnd: leave };
        },
        onSubscribeError: leave,
      };
    },
  };
}
