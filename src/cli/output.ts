import { once } from 'node:events';

/** Writes to the standard output, at the pace of who reads it. */
export async function print(chunk: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
}

/** Lets the process end as a filter should: quietly when nobody reads its output any more, at once on Ctrl-C. */
export function endLikeFilter(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  process.on('SIGINT', () => process.exit(130));
}
