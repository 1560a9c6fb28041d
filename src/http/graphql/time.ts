import type { ExecutionArgs, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { Turns } from '../../concurrency.ts';
import { QueryTimeout } from '../../errors.ts';
import { refusal } from './refusal.ts';

/**
 * Ends queries that take too long, with an error instead of an answer; what they have begun comes to its end, but nothing
 * more is begun: they read a few runs at a time. Subscriptions may last.
 */
export function limitTime(seconds: number): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args) => {
        const overtime = new AbortController();
        const timer = setTimeout(() => overtime.abort(timeout(seconds)), seconds * 1000);
        try {
          const { signal } = overtime;
          const contextValue = { ...args.contextValue, turns: new Turns(signal) };
          const cancellable: ExecutionArgs & { readonly signal: AbortSignal } = { ...args, contextValue, signal };
          return await executeFn(cancellable);
        } catch (error) {
          if (error === overtime.signal.reason) return { errors: [overtime.signal.reason] };
          throw error;
        } finally {
          clearTimeout(timer);
        }
      });
    },
  };
}

function timeout(maximum: number): GraphQLError {
  const message = `seconds: the query takes longer than ${maximum}, which is all that one may take`;
  return refusal(new QueryTimeout(message), { details: { limit: 'seconds', maximum } });
}
