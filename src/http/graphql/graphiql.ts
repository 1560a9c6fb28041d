import type { GraphiQLOptions } from 'graphql-yoga';

/** What GraphiQL shows to who opens it for the first time. */
const FIRST_QUERY = `# Runlens serves training runs while they train.
# This asks for the newest, and for what they log:
# Ctrl-Enter, or the button on the right, runs it.
#
# Ctrl-Space completes what you type. The book on
# the left describes every type and field.
#
# Add a curve to a run:
#   metricsStep(columns: ["…"], downsample: { points: 500 }) {
#     x
#     series { name values }
#   }
#
# Watch it grow, in another tab:
#   subscription {
#     metrics(runId: "…", columns: ["…"]) {
#       ... on MetricDelta { frame { x series { name values } } }
#     }
#   }

query NewestRuns {
  runs(first: 3) {
    totalCount
    nodes {
      runId
      path
      alias
      status
      columns(first: 10) {
        nodes {
          name
          kind
          last
        }
      }
    }
  }
}
`;

/** The page on which browsers may try queries. */
export const GRAPHIQL: GraphiQLOptions = {
  title: 'Runlens',
  defaultQuery: FIRST_QUERY,
  subscriptionsProtocol: 'WS',
};
