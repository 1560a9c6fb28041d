import type { Epochs } from './console-text.ts';
import type { Noise } from './curves.ts';

export type Metrics = Record<string, number | string | boolean>;
export type Curves = (step: number, noise: Noise) => Metrics;

/** What makes one demo run. */
export interface Recipe {
  readonly path: string;
  readonly run: {
    alias?: string;
    tags?: readonly string[];
    status: 'finished' | 'failed' | 'interrupted';
    hoursAgo: number;
    legacy?: true;
  };
  readonly config: Readonly<Record<string, unknown>>;
  /** First and last step of each session: a resumed run has two, which overlap; one that never began has none. */
  readonly sessions: readonly (readonly [first: number, last: number])[];
  readonly curves: Curves;
  /** Logged in events of its own. */
  readonly validation?: { every: number; curves: Curves };
  /** The metric that counts. */
  readonly best?: { name: string; mode: 'max' | 'min' };
  /** Keys of summary.json, and of which metric each has the last value. */
  readonly summary?: Readonly<Record<string, string>>;
  /** What the job prints; nothing where absent. */
  readonly output?: Output;
}

/** What a job prints. */
export interface Output {
  /** What the log begins with, line by line. */
  readonly opening?: readonly string[];
  /** A progress bar is drawn over each. */
  readonly epochs?: Epochs;
  /** A line every so many steps. @param metrics the latest value of each */
  readonly progress?: { every: number; line: (step: number, metrics: Metrics) => string };
  /** What else is said at single steps. */
  readonly remarks?: Readonly<Record<number, string>>;
  readonly lastWords: string;
}
