/** How much is followed: how many files, by how many streams. */
export interface Following {
  readonly files: number;
  readonly streams: number;
}
