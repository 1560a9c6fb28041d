/** What the processes of the benchmark say to the one that started them. */
import type { ChildProcess } from 'node:child_process';

/** The next message, as `parse` understands it. Fails where it does not, and where the process is gone. */
export type NextMessage = <Message>(parse: (message: unknown) => Message | undefined) => Promise<Message>;

/**
 * @param what the process is, for errors
 * @param exited settles when it is gone
 */
export function messagesOf(child: ChildProcess, what: string, exited: Promise<unknown>): NextMessage {
  const gone = exited.then(() => {
    throw new Error(`the process of ${what} is gone`);
  });
  gone.catch(() => undefined);
  return async (parse) => {
    const message: unknown = await Promise.race([new Promise((resolve) => child.once('message', resolve)), gone]);
    const parsed = parse(message);
    if (parsed === undefined) throw new Error(`the process of ${what} said something unexpected`);
    return parsed;
  };
}

export function asText(message: unknown): string | undefined {
  return typeof message === 'string' ? message : undefined;
}
