/** What of metrics is measured, and how often. */
import type { EventsData } from '../inputs/events-data.ts';

export interface MetricsSizes {
  /** Of the file of four metrics, and of each of the others. */
  readonly events: { readonly four: number; readonly others: number };
  readonly rounds: number;
  /** Of what takes milliseconds. */
  readonly quickRounds: number;
  /** How long requests are counted in a round. */
  readonly seconds: number;
}

export const FULL_METRICS: MetricsSizes = {
  events: { four: 1_000_000, others: 100_000 },
  rounds: 7,
  quickRounds: 25,
  seconds: 1,
};

export const SMALL_METRICS: MetricsSizes = {
  events: { four: 20_000, others: 4_000 },
  rounds: 1,
  quickRounds: 1,
  seconds: 0.2,
};

export interface MetricsPlan extends Omit<MetricsSizes, 'events'> {
  /** A directory to make storages in. */
  readonly storage: string;
  readonly four: EventsData;
  readonly fifty: EventsData;
  readonly changing: EventsData;
  readonly sparse: EventsData;
}
