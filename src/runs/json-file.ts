import { close, constants, open, read } from 'node:fs';
import { isPathError } from '../system-error.ts';
import { parsePythonJson } from './python-json.ts';
import { fstatOf, isUnchanged, type Stamp, stampOf, statOf } from './stamp.ts';

/** A JSON object from outside; its values are of any type. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Far above any file that a training run writes; a larger one is not read. */
const MAX_BYTES = 16 * 1024 * 1024;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A small JSON file that others write: read when asked for, and again only after it changed. */
export class JsonFile {
  readonly #path: string;
  #stamp: Stamp | undefined;
  #content: JsonObject | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Its object; undefined while it is missing, unreadable, no regular file, over 16 MiB, or holds anything else. */
  async read(): Promise<JsonObject | undefined> {
    try {
      const askedAt = Date.now();
      // Before opening it: opening a device or a FIFO can have effects of its own.
      const stats = await statOf(this.#path);
      if (!stats.isFile()) return undefined;
      if (isUnchanged(this.#stamp, stampOf(stats, askedAt))) return this.#content;
      return await this.#reread();
    } catch (error) {
      if (isPathError(error)) return undefined;
      throw error;
    }
  }

  async #reread(): Promise<JsonObject | undefined> {
    // Not to wait for a writer, should the file become a FIFO in this moment.
    const file = await opened(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const askedAt = Date.now();
      const stats = await fstatOf(file);
      const content = stats.size > MAX_BYTES ? undefined : parseObject(await readBytes(file, Number(stats.size)));
      this.#stamp = stampOf(stats, askedAt);
      this.#content = content;
      return content;
    } finally {
      await closed(file);
    }
  }
}

/** The first `size` bytes, or fewer if the file shrank meanwhile. */
async function readBytes(file: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const count = await readInto(bytes, file, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

// Of the callback API for its speed, since a storage has tens of thousands of these files.

function opened(path: string, flags: number): Promise<number> {
  return new Promise((resolve, reject) => {
    open(path, flags, (error, file) => (error === null ? resolve(file) : reject(error)));
  });
}

/** Fills `bytes` from `position` on, as far as one call does, with what the file has from there on. */
function readInto(bytes: Buffer, file: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, bytes, position, bytes.length - position, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}

function closed(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    close(file, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}

function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    const value = parsePythonJson(bytes.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
