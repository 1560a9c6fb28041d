import { CollapsedLine } from './collapsed-line.ts';
import type { LogFile } from './log-file.ts';
import type { LogRender } from './render.ts';

const BLOCK = 64 * 1024;

const shared = new WeakMap<LogFile, UnfinishedLine>();

/** What a terminal shows of the line at the end of the file that has no end yet; null where there is none. */
export function showUnfinished(file: LogFile, ansi: LogRender['ansi']): Promise<string | null> {
  const line = shared.get(file) ?? new UnfinishedLine(file);
  shared.set(file, line);
  return line.show(ansi);
}

/** Reads each byte of the line once, for all who look at it. */
class UnfinishedLine {
  readonly #file: LogFile;
  #start = -1;
  #read = 0;
  #view = new CollapsedLine();
  /** What it looks like, for all who look at it in the same moment. */
  readonly #shown = new Map<LogRender['ansi'], string>();
  #reading: Promise<void> = Promise.resolve();

  constructor(file: LogFile) {
    this.#file = file;
  }

  async show(ansi: LogRender['ansi']): Promise<string | null> {
    const reading = this.#reading.then(() => this.#catchUp());
    this.#reading = reading.catch(() => undefined);
    await reading;
    if (this.#read === this.#start) return null;
    const shown = this.#shown.get(ansi) ?? this.#view.show(ansi);
    this.#shown.set(ansi, shown);
    return shown;
  }

  async #catchUp(): Promise<void> {
    const { finished, size } = this.#file;
    if (this.#start !== finished) {
      this.#start = finished;
      this.#read = finished;
      this.#view = new CollapsedLine();
      this.#shown.clear();
    }
    if (this.#read < size) this.#shown.clear();
    while (this.#read < size) {
      const piece = await this.#file.read(this.#read, Math.min(this.#read + BLOCK, size));
      this.#view.write(piece);
      this.#read += piece.length;
    }
  }
}
