import { graphql } from './generated/gql.js';

export const NEWEST_RUNS = graphql(`
  query NewestRuns {
    runs(first: 3) {
      nodes {
        runId
      }
    }
  }
`);

/** What a chart shows of a run, by step; the subscription goes on from there. */
export const CURVES = graphql(`
  query Curves($runId: ID!, $columns: [String!], $range: Range, $downsample: Downsample) {
    run(runId: $runId) {
      metricsStep(columns: $columns, range: $range, downsample: $downsample) {
        ...Rows
      }
    }
  }

  fragment Rows on MetricFrame {
    x
    series {
      name
      values
      nonFinite {
        x
        value
      }
    }
    cursor
  }
`);

export const LIVE_ROWS = graphql(`
  subscription LiveRows($runId: ID!, $columns: [String!], $after: String) {
    metrics(runId: $runId, columns: $columns, after: $after) {
      __typename
      ... on MetricDelta {
        frame {
          ...Rows
        }
        removed
      }
      ... on StreamReset {
        reason
        cursor
      }
      ... on StreamEnd {
        status
        cursor
      }
    }
  }
`);
