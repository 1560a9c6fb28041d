/** What people call a run: by its alias, or by its id where that is nothing to be seen. */
export function runName(runId: string, alias: string | null | undefined): string {
  return alias?.trim() ? alias : runId;
}
