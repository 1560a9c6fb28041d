import { read } from 'node:fs';
import { dirname } from 'node:path';
import { DataUnreadable } from '../errors.ts';
import { readFile, requireRegular, type StorageBounds } from '../storage/files.ts';
import { storageCalls } from '../storage/storage-calls.ts';
import { isPathError } from '../system-error.ts';
import { parsePythonJson } from './python-json.ts';
import { isUnchanged, type Stamp, stampOf, statOf } from './stamp.ts';

/** A JSON object from outside; its values are of any type. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Far above any file that a training run writes; a larger one is not read. */
const MAX_BYTES = 16 * 1024 * 1024;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Which files may be read. */
export interface FileAccess {
  readonly bounds: StorageBounds;
  /** Is told of a file that is there but may not be read. */
  refused(error: DataUnreadable): void;
}

/** A small JSON file that others write: read when asked for, and again only after it changed. */
export class JsonFile {
  readonly #path: string;
  readonly #access: FileAccess;
  #stamp: Stamp | undefined;
  #content: JsonObject | undefined;

  constructor(path: string, access: FileAccess) {
    this.#path = path;
    this.#access = access;
  }

  /**
   * Its object; undefined while it is missing, unreadable, not to be opened, over 16 MiB, or holds anything else. Throws
   * StorageTimeout.
   */
  read(): Promise<JsonObject | undefined> {
    return storageCalls.run(dirname(this.#path), () => this.#read());
  }

  async #read(): Promise<JsonObject | undefined> {
    try {
      const askedAt = Date.now();
      // Before opening it: opening a device or a FIFO can have effects of its own.
      const stats = await statOf(this.#path);
      requireRegular(this.#path, stats);
      if (isUnchanged(this.#stamp, stampOf(stats, askedAt))) return this.#content;
      return await this.#reread();
    } catch (error) {
      if (error instanceof DataUnreadable) this.#access.refused(error);
      else if (!isPathError(error)) throw error;
      return undefined;
    }
  }

  #reread(): Promise<JsonObject | undefined> {
    const askedAt = Date.now();
    return readFile(this.#path, this.#access.bounds, async (file, stats) => {
      const content = stats.size > MAX_BYTES ? undefined : parseObject(await readBytes(file, Number(stats.size)));
      this.#stamp = stampOf(stats, askedAt);
      this.#content = content;
      return content;
    });
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

/**
 * Fills `bytes` from `position` on, as far as one call does, with what the file has from there on. Of the callback API for
 * its speed, since a storage has tens of thousands of these files.
 */
function readInto(bytes: Buffer, file: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, bytes, position, bytes.length - position, position, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
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
