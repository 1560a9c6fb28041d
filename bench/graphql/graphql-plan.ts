/** What of the GraphQL API is measured, and how often. */

interface CompareSizes {
  readonly runs: number;
  /** Of each. */
  readonly events: number;
  readonly points: number;
  /** Of what begins with the start of a gateway. */
  readonly coldRounds: number;
}

export interface LiveSizes {
  /** Subscribers to one run, for each of the loads. */
  readonly subscribers: readonly number[];
  readonly maxHz: readonly number[];
  /** Events a second. */
  readonly rate: number;
  readonly seconds: number;
  /** How often one event comes after a silence. */
  readonly silences: number;
  /** Steps that the run has before. */
  readonly history: number;
}

export interface GraphqlSizes {
  readonly rounds: number;
  /** Of the run that is asked for whole. */
  readonly rows: number;
  readonly compared: CompareSizes;
  readonly live: LiveSizes;
  /** In the storage of which pages are asked for. */
  readonly runs: number;
}

export const FULL_GRAPHQL: GraphqlSizes = {
  rounds: 15,
  rows: 50_000,
  compared: { runs: 20, events: 100_000, points: 2000, coldRounds: 5 },
  live: { subscribers: [1, 200], maxHz: [4, 20], rate: 50, seconds: 20, silences: 20, history: 10_000 },
  runs: 10_000,
};

export const SMALL_GRAPHQL: GraphqlSizes = {
  rounds: 1,
  rows: 2000,
  compared: { runs: 3, events: 2000, points: 500, coldRounds: 1 },
  live: { subscribers: [1, 10], maxHz: [20], rate: 50, seconds: 0.5, silences: 1, history: 100 },
  runs: 200,
};

export interface GraphqlPlan extends GraphqlSizes {
  /** A directory to make storages in. */
  readonly storage: string;
}
