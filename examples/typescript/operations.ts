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

/** What a chart shows of its runs, by step; the subscription goes on from there, for each of them. */
export const CURVES = graphql(`
  query Curves($runIds: [ID!]!, $columns: [String!]!, $range: Range, $downsample: Downsample) {
    compareRuns(runIds: $runIds, columns: $columns, range: $range, downsample: $downsample) {
      runId
      result {
        __typename
        ... on MetricFrame {
          ...Rows
        }
        ... on Error {
          message
        }
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
