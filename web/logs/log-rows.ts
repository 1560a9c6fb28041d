import type { ResetReason } from '../api/generated/graphql.ts';
import { HeldLines, type LineSpan } from './held-lines.ts';

/** A row of the view. */
export type LogRow =
  /** A line of the file; its text is null until it is here. */
  | { readonly kind: 'line'; readonly number: number; readonly text: string | null }
  /** A line of the file that this one was rotated to. */
  | { readonly kind: 'earlier'; readonly number: number; readonly text: string }
  /** That another file begins. */
  | { readonly kind: 'reset'; readonly reason: ResetReason }
  /** The unfinished line at the end. */
  | { readonly kind: 'partial'; readonly text: string };

/** What of the stream of a log the rows are made of. */
export interface Batch {
  readonly lines: readonly string[];
  /** The number of the first of them; null while it is not known. */
  readonly firstLine: number | null;
  readonly partial: string | null;
}

/** Those of a file that was rotated, or of several. */
const MOST_EARLIER = 1000;

/**
 * A log as rows, whatever part of it is held: first what is left of files before it, then its lines, each at the place of
 * its number, then the unfinished one. Made of pages of the file and batches of its stream, in whatever order they come.
 */
export class LogRows {
  #held = new HeldLines();
  #earlier: readonly LogRow[] = [];
  #count: number | null = null;
  #partial: string | null = null;

  /** Finished lines of the file, as far as is known; null while nothing is. */
  get lineCount(): number | null {
    return this.#count;
  }

  get rowCount(): number {
    return this.#earlier.length + (this.#count ?? 0) + (this.#partial === null ? 0 : 1);
  }

  rowAt(row: number): LogRow {
    const earlier = this.#earlier[row];
    if (earlier) return earlier;
    const number = this.lineOf(row);
    if (number > (this.#count ?? 0)) return { kind: 'partial', text: this.#partial ?? '' };
    return { kind: 'line', number, text: this.#held.at(number) ?? null };
  }

  rowOf(line: number): number {
    return this.#earlier.length + line - 1;
  }

  lineOf(row: number): number {
    return row - this.#earlier.length + 1;
  }

  /** Takes note of how many lines the file has at least. */
  counted(count: number): void {
    this.#count = Math.max(this.#count ?? 0, count);
  }

  /** Takes lines as they are in the file. @param first the number of the first */
  put(first: number, texts: readonly string[]): void {
    this.#held.put(first, texts);
    this.counted(first - 1 + texts.length);
  }

  /** Takes what the stream tells. @returns whether it is known where that is: if not, the file has to be counted */
  append({ lines, firstLine, partial }: Batch): boolean {
    this.#partial = partial;
    if (firstLine === null) return false;
    const [first, ...others] = lines;
    // It may be the rest of a line that was known without its end: the file has all of it.
    const isKnown = firstLine <= (this.#count ?? 0);
    if (first !== undefined && !isKnown) this.#held.put(firstLine, [first]);
    else if (this.#held.at(firstLine) !== first) this.#held.forget(firstLine);
    this.#held.put(firstLine + 1, others);
    this.counted(firstLine - 1 + lines.length);
    return true;
  }

  /** Another file begins. What is held of one that was rotated stays before it. */
  reset(reason: ResetReason): void {
    const kept = reason === 'ROTATED' ? [...this.#earlier, ...this.#heldEnd()] : [];
    this.#earlier = [...kept, { kind: 'reset', reason } as const].slice(-MOST_EARLIER);
    this.#held = new HeldLines();
    this.#count = 0;
    this.#partial = null;
  }

  /** Keeps these lines, as they are shown. */
  show(span: LineSpan): void {
    this.#held.show(this.#within(span));
  }

  /** What of these lines is to be asked for, the first up to the last that is not here; null if nothing. */
  missing(span: LineSpan): LineSpan | null {
    return this.#held.missing(this.#within(span));
  }

  #within({ first, end }: LineSpan): LineSpan {
    return { first: Math.max(1, first), end: Math.min(end, (this.#count ?? 0) + 1) };
  }

  /** The last lines, up to one that is not held. */
  #heldEnd(): readonly LogRow[] {
    const rows: LogRow[] = [];
    for (let number = this.#count ?? 0; number > 0 && rows.length < MOST_EARLIER; number--) {
      const text = this.#held.at(number);
      if (text === undefined) break;
      rows.unshift({ kind: 'earlier', number, text });
    }
    return rows;
  }
}
