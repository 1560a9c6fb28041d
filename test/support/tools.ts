import { spawnSync } from 'node:child_process';

/**
 * The first of these commands that succeeds with `args`, which show that it is fit for use; undefined, said loudly, if
 * none does. With RUNLENS_REQUIRE_TOOLS=1 in the environment that is an error instead.
 *
 * @param what is needed, for the message
 */
export function findTool(what: string, commands: readonly string[], args: readonly string[]): string | undefined {
  const found = commands.find((command) => spawnSync(command, args, { stdio: 'ignore' }).status === 0);
  if (found !== undefined) return found;
  const message = `${what} is not installed: no success with ${args.join(' ')} for any of ${commands.join(', ')}`;
  if (process.env.RUNLENS_REQUIRE_TOOLS === '1') throw new Error(message);
  console.warn(`SKIPPED, since ${message}`);
  return undefined;
}
