/** What a client is told of a failure, the same over REST and GraphQL. The message names the input and the rule. */
export abstract class RunlensError extends Error {
  /** Stable: clients branch on it. */
  abstract readonly code: string;
  /** The HTTP status that says it over REST. */
  abstract readonly status: number;
}

/** A run's file is there but cannot be read. */
export class DataUnreadable extends RunlensError {
  readonly code = 'DATA_UNREADABLE';
  readonly status = 500;
}

/** A run's metrics need more memory than there is for all. */
export class RunTooLarge extends RunlensError {
  readonly code = 'RUN_TOO_LARGE';
  readonly status = 507;
}

/** A request breaks a rule. */
export class BadUserInput extends RunlensError {
  readonly code = 'BAD_USER_INPUT';
  readonly status = 422;
}

/** There is no such run, or it is deleted. */
export class RunNotFound extends RunlensError {
  readonly code = 'RUN_NOT_FOUND';
  readonly status = 404;
}

/** A cursor names a place in what is not there any more. */
export class CursorExpired extends RunlensError {
  readonly code = 'CURSOR_EXPIRED';
  readonly status = 410;
}
