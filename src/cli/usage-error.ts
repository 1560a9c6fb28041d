/** The command line or a variable asks for something that cannot be; the message is one line for its user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
