import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin, type YogaInitialContext } from 'graphql-yoga';
import { costOf } from '../../../schema/index.ts';
import { exceeded, LIMITS } from './limits.ts';

interface Judgement {
  /** null: the operation may be executed. */
  readonly refused: GraphQLError | null;
  /** What the client is told of the cost; null unless its request says `{"extensions": {"cost": true}}`. */
  readonly told: { readonly cost: number; readonly maximum: number } | null;
}

/**
 * Refuses operations that cost more than one may, and tells those who ask what theirs cost. Runs may be larger than they
 * are taken for before they are read, so the cells of a query's frames are counted too.
 */
export function limitCost(): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const { refused, told } = judge(args, args.contextValue);
      if (refused !== null) return setResultAndStopExecution({ errors: [refused] });
      setExecuteFn((all) => executeFn({ ...all, contextValue: { ...all.contextValue, countCells: cellCount() } }));
      if (told === null) return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          if (!isAsyncIterable(result)) setResult(withCost(result, told));
        },
      };
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const { refused, told } = judge(args, args.contextValue);
      if (refused !== null) setResultAndStopExecution({ errors: [refused] });
      if (refused !== null || told === null) return undefined;
      return {
        onSubscribeResult: () => ({ onNext: ({ result, setResult }) => setResult(withCost(result, told)) }),
      };
    },
  };
}

function judge(operation: Omit<ExecutionArgs, 'contextValue'>, { params }: YogaInitialContext): Judgement {
  const cost = costOf(operation);
  if (cost === null) return { refused: null, told: null };
  const isAskedFor = params.extensions?.cost === true;
  return { refused: exceeded('cost', cost), told: isAskedFor ? { cost, maximum: LIMITS.cost.maximum } : null };
}

/** Counts cells of one query; throws the refusal of more than it may have. */
function cellCount(): (cells: number) => void {
  let counted = 0;
  return (cells) => {
    counted += cells;
    const refused = exceeded('cost', counted);
    if (refused !== null) throw refused;
  };
}

function withCost<R extends ExecutionResult>(result: R, cost: object): R {
  return { ...result, extensions: { ...result.extensions, cost } };
}
