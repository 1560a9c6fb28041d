import { expect } from 'vitest';
import type { FileAccess } from '../../src/runs/json-file.ts';
import type { StorageBounds } from '../../src/storage/files.ts';

/** For what is not about bounds: every file may be opened. */
export const EVERYWHERE: StorageBounds = { root: '/', followSymlinks: false };

export const ACCESS: FileAccess = { bounds: EVERYWHERE, refused: ({ message }) => expect.unreachable(message) };
