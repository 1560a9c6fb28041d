/** Watches the resident memory of this process from a thread, which sees also what the event loop does in one go. */
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const LOOK_EVERY_MS = 3;

export class ResidentPeak {
  readonly #peak = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

  constructor() {
    new Worker(fileURLToPath(import.meta.url), { workerData: this.#peak }).unref();
  }

  /** @returns the peak since this was called last, in bytes */
  take(): number {
    const now = process.memoryUsage.rss();
    const peak = Math.max(this.#peak[0], now);
    this.#peak[0] = now;
    return peak;
  }
}

if (!isMainThread && workerData instanceof Float64Array) {
  const peak = workerData;
  setInterval(() => {
    peak[0] = Math.max(peak[0], process.memoryUsage.rss());
  }, LOOK_EVERY_MS);
}
