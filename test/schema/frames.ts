import { expect } from 'vitest';
import type { StepFrameQueryVariables } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { useGraph } from './graph.ts';

const STEP_FRAME = graphql(`
  query StepFrame($runId: ID!, $columns: [String!], $range: Range, $downsample: Downsample, $derived: [Derivation!]) {
    run(runId: $runId) {
      metricsStep(columns: $columns, range: $range, downsample: $downsample, derived: $derived) {
        ...Frame
      }
    }
  }

  fragment Frame on MetricFrame {
    axis
    missingColumns
    x
    series {
      name
      derivedFrom
      x
      values
      missingCount
      nonFiniteCount
      nonFinite {
        x
        value
      }
    }
    labels {
      name
      x
      values
      changeCount
      changes {
        x
        value
      }
    }
    rowCount
    totalCount
    lastStep
    timeOrigin
  }
`);

const TIME_FRAME = graphql(`
  query TimeFrame($runId: ID!, $columns: [String!], $range: Range, $downsample: Downsample, $derived: [Derivation!]) {
    run(runId: $runId) {
      metrics(columns: $columns, range: $range, downsample: $downsample, derived: $derived) {
        ...Frame
      }
    }
  }
`);

type Selection = Omit<StepFrameQueryVariables, 'runId'>;

/** A gateway over a storage of its own, unless one is given, asked for metrics, for the tests of one file. */
export function useFrames(graph = useGraph()) {
  return {
    serve: graph.serve,
    /** The frame by step that the gateway answers with. */
    byStep: async (runId: string, selection: Selection = {}) => {
      const { run } = await graph.ask(STEP_FRAME, { runId, ...selection });
      return present(run?.metricsStep);
    },
    /** The frame by time. */
    byTime: async (runId: string, selection: Selection = {}) => {
      const { run } = await graph.ask(TIME_FRAME, { runId, ...selection });
      return present(run?.metrics);
    },
    /** Why a selection is refused, each reason after its code. */
    refusal: async (selection: Selection) => {
      const { id: runId } = await graph.serve();
      const { data, errors } = await graph.execute(STEP_FRAME, { runId, ...selection });
      expect(data?.run?.metricsStep ?? null).toBeNull();
      return errors.map(({ message, extensions }) => `${String(extensions?.code)} ${message}`);
    },
  };
}

function present<Value>(value: Value | null | undefined): Value {
  if (value == null) throw new Error('the answer has no frame');
  return value;
}
