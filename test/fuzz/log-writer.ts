import { copyFile, type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import type { LogHistory } from './log-history.ts';
import { pause } from './pause.ts';
import type { Random } from './random.ts';

export interface WriterHabits {
  /** How the log is rotated: by renaming the file, or by a copy and truncation. */
  readonly rotation: 'rename' | 'copy';
  /** How many rotated files are kept. */
  readonly kept: number;
  /** Whether it goes on writing to a file that was renamed, until the next one is there. */
  readonly writesLate: boolean;
  /** Whether the file is also truncated, replaced and removed. */
  readonly voids: boolean;
}

/** Writes a log as badly as programs do, and keeps its history. */
export class LogWriter {
  readonly #path: string;
  readonly #random: Random;
  readonly #habits: WriterHabits;
  readonly #history: LogHistory;
  readonly #rotated: string[] = [];
  #handle: FileHandle | undefined;
  /** Files that are gone: a copy that got the inode number of one would look like it. */
  readonly #gone: FileHandle[] = [];
  #file = 0;
  #nextLine = 1;
  #nextName = 1;
  #unwritten: Buffer = Buffer.alloc(0);
  /** What it did, for who looks into a failure. */
  readonly deeds: string[] = [];

  constructor(path: string, random: Random, habits: WriterHabits, history: LogHistory) {
    this.#path = path;
    this.#random = random;
    this.#habits = habits;
    this.#history = history;
  }

  /** Does something at random. */
  async act(): Promise<void> {
    const { rotation, voids } = this.#habits;
    const dice = this.#random.below(100);
    if (dice >= 25 || this.#handle === undefined) await this.#append();
    else if (dice < 10) await (rotation === 'rename' ? this.#rotate() : this.#copyAndTruncate());
    else if (dice < 12) await this.#reopen();
    else if (dice < 13) await this.#litter();
    else if (voids && dice < 17) await this.#truncate();
    else if (voids && dice < 21) await this.#replace();
    else if (voids) await this.#remove();
    else await this.#append();
  }

  /** Ends the line that it is in, so that what it writes next does not go on with it. */
  async endLine(): Promise<void> {
    await this.#write(Buffer.concat([this.#unwritten, Buffer.from(`end ${this.#nextLine++}\n`)]));
    this.#unwritten = Buffer.alloc(0);
  }

  /** Begins a line that never gets its end. */
  async beginLine(): Promise<void> {
    await this.#write(Buffer.from(`half ${this.#nextLine++} 漢`).subarray(0, -this.#random.below(3) || undefined));
  }

  /** To be called at the end. */
  async close(): Promise<void> {
    await this.#close();
    for (const handle of this.#gone) await handle.close();
  }

  async #close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #leave(): void {
    if (this.#handle) this.#gone.push(this.#handle);
    this.#handle = undefined;
  }

  async #append(): Promise<void> {
    const text = Buffer.from(this.#lines(this.#random.chance(0.05) ? 3000 : 6));
    const bytes = Buffer.concat([this.#unwritten, text]);
    const cut = this.#random.chance(0.3) ? bytes.length : 1 + this.#random.below(bytes.length);
    this.#unwritten = bytes.subarray(cut);
    await this.#write(bytes.subarray(0, cut));
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#handle ??= await open(this.#path, 'a');
    this.deeds.push(`append ${bytes.length} to ${this.#file}`);
    // Whoever reads it must find it in the history.
    this.#history.append(this.#file, bytes);
    await this.#handle.appendFile(bytes);
  }

  #lines(most: number): string {
    return Array.from({ length: 1 + this.#random.below(most) }, () => this.#line()).join('');
  }

  #line(): string {
    const random = this.#random;
    const end = random.pick(['\n', '\n', '\n', '\r\n']);
    if (random.chance(0.05)) return end;
    const text = random.pick([
      'loss',
      'Größe',
      '漢字',
      '😀🚀',
      '10%\r20%\r30%',
      '\u001b[32mgreen\u001b[0m',
      'nul\0byte',
      '',
    ]);
    const padding = random.chance(0.003) ? 'ß'.repeat(random.below(200_000)) : '.'.repeat(random.below(30));
    return `${this.#nextLine++} ${text}${padding}${end}`;
  }

  async #reopen(): Promise<void> {
    this.deeds.push('reopen');
    await this.#close();
  }

  /** Leaves files beside it that are no part of the log. */
  async #litter(): Promise<void> {
    this.deeds.push('litter');
    await copyFile(this.#path, `${this.#path}.bak`);
    await writeFile(`${this.#path}.9.gz`, 'not a line\n');
  }

  async #rotate(): Promise<void> {
    await this.#shift();
    this.deeds.push(`rename ${this.#file}`);
    await rename(this.#path, `${this.#path}.1`);
    const next = this.#history.rotate();
    if (this.#habits.writesLate) for (let n = this.#random.below(3); n > 0; n--) await this.#append();
    if (this.#random.chance(0.5)) await pause(this.#random);
    await this.#close();
    this.#file = next;
    if (this.#random.chance(0.7)) this.#handle = await open(this.#path, 'a');
    if (this.#handle) this.deeds.push('create');
  }

  async #copyAndTruncate(): Promise<void> {
    await this.#shift();
    this.deeds.push('copy');
    await copyFile(this.#path, `${this.#path}.1`);
    await this.#truncate(0);
  }

  /** Makes place for the newest rotated file. */
  async #shift(): Promise<void> {
    for (let n = this.#rotated.length; n > 0; n--) {
      if (n >= this.#habits.kept) await rm(`${this.#path}.${n}`);
      else await rename(`${this.#path}.${n}`, `${this.#path}.${n + 1}`);
    }
    this.#rotated.length = Math.min(this.#rotated.length, this.#habits.kept - 1);
    this.#rotated.push('');
  }

  async #truncate(
    length = this.#random.chance(0.5) ? 0 : this.#random.below(this.#history.bytesOf(this.#file).length + 1),
  ) {
    const { length: old } = this.#history.bytesOf(this.#file);
    this.deeds.push(`truncate ${this.#file} from ${old} to ${length}`);
    this.#history.replace(this.#file, this.#history.bytesOf(this.#file).subarray(0, length));
    await this.#handle?.truncate(length);
    if (this.#random.chance(0.3))
      await this.#write(Buffer.from(`regrown ${this.#nextLine++}\n${this.#lines(9)}`.padEnd(old, '+')));
  }

  async #replace(): Promise<void> {
    const content = Buffer.from(`other ${this.#nextLine++}\n${this.#lines(20)}`);
    const temporary = `${this.#path.replace('logs', 'temporary')}${this.#nextName++}`;
    await writeFile(temporary, content);
    this.deeds.push(`replace ${this.#file} by ${content.length}`);
    this.#history.replace(this.#file, content);
    await rename(temporary, this.#path);
    this.#leave();
  }

  async #remove(): Promise<void> {
    this.deeds.push(`remove ${this.#file}`);
    this.#history.replace(this.#file, Buffer.alloc(0));
    await rm(this.#path);
    this.#leave();
    if (this.#random.chance(0.5)) await pause(this.#random);
  }
}
