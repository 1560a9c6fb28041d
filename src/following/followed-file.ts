/**
 * How it stands with what writes a file. `ended`: nothing is going to write to it any more, so that what it ends with is
 * complete, also without a line end. `gone`: nobody shall read it any more.
 */
export type WriterState = 'writing' | 'ended' | 'gone';

/** A file that may be growing. */
export interface FollowedFile {
  /** The file need not be there (yet). */
  readonly path: string;
  /** Asked every now and then. */
  writerState(): Promise<WriterState>;
}
