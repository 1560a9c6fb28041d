import { write, writeSync } from 'node:fs';

/** What waits while nobody reads, in characters; later lines are lost, rather than that they hold the gateway up. */
const MOST_WAITING = 4 * 1024 ** 2;
/** Lines are written together, at the latest after so many milliseconds: a write costs more than many lines. */
const FLUSH_EVERY_MS = 100;
const FLUSH_AT = 4096;
/** At the end of the process, and before it. */
const LAST_TRY_MS = 200;
const RETRY_MS = 10;
const LINE_END = Buffer.from('\n');

/**
 * Writes lines to a descriptor while the process goes on. Where they cannot be written, as on a full disk or to a reader that
 * is gone, they are lost: what is told to the operator may neither hold the gateway up nor end it.
 */
export class LineWriter {
  readonly #fd: number;
  #waiting: string[] = [];
  #waitingLength = 0;
  /** What of a batch is not written yet. */
  #rest = Buffer.alloc(0);
  #isMidLine = false;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(fd: number) {
    this.#fd = fd;
    process.on('exit', () => this.flushSync());
  }

  /** @param line with its end */
  write(line: string): void {
    if (this.#waitingLength + line.length > MOST_WAITING) return;
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    if (this.#waitingLength >= FLUSH_AT) this.#flush();
    else this.#flushSoon();
  }

  /** Writes what waits, as far as that can be done at once or in a moment. */
  flushSync(): void {
    const begunAt = performance.now();
    // What a thread is writing now is not written twice.
    if (this.#isWriting) this.#rest = Buffer.alloc(0);
    while (this.#takeBatch()) {
      try {
        this.#written(writeSync(this.#fd, this.#rest));
      } catch (error) {
        if (!isBusy(error) || performance.now() - begunAt > LAST_TRY_MS) {
          this.#lose();
          return;
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }

  #flushSoon(): void {
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_EVERY_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isWriting || !this.#takeBatch()) return;
    this.#isWriting = true;
    write(this.#fd, this.#rest, (error, bytes) => {
      this.#isWriting = false;
      if (error === null) this.#written(bytes);
      else if (!isBusy(error)) this.#lose();
      if (error === null && this.#rest.length > 0) this.#flush();
      else if (this.#rest.length > 0 || this.#waiting.length > 0) this.#flushSoon();
    });
  }

  /** Whether there is anything to write. */
  #takeBatch(): boolean {
    if (this.#rest.length === 0 && this.#waiting.length > 0) {
      const lines = Buffer.from(this.#waiting.join(''));
      this.#rest = this.#isMidLine ? Buffer.concat([LINE_END, lines]) : lines;
      this.#waiting = [];
      this.#waitingLength = 0;
    }
    return this.#rest.length > 0;
  }

  #written(bytes: number): void {
    if (bytes > 0) this.#isMidLine = this.#rest[bytes - 1] !== LINE_END[0];
    this.#rest = this.#rest.subarray(bytes);
  }

  #lose(): void {
    this.#rest = Buffer.alloc(0);
  }
}

/** Whether nobody has read what was written before. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
