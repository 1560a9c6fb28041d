/** Where the benchmark's files lie. Builds run from bench/dist/bench/harness/, beside a build of the sources that they import. */
import { fileURLToPath } from 'node:url';

const place = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Not kept: what is measured. */
export const DATA = place('data');
/** The command, as built here. */
export const MAIN = place('dist/src/start.cjs');
export const RESULTS = place('RESULTS.md');
export const LTTB_VECTORS = place('../test/metrics/vectors/lttb-clickhouse.json');
/** The page, as built here. */
export const PAGE = place('dist/web');
