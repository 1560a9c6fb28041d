import { onTestFinished } from 'vitest';

const NOBODY = 65_534;

/** Makes a superuser, who may do everything, somebody who may not. Ends with the test, or when the result is called. */
export function dropPrivileges(): () => void {
  if (process.geteuid?.() !== 0) return () => undefined;
  process.seteuid?.(NOBODY);
  const restore = (): void => process.seteuid?.(0);
  onTestFinished(restore);
  return restore;
}
