import { basename } from 'node:path';

/**
 * Every code that a client may be told, over REST and GraphQL alike, with the HTTP status that says it. docs/errors.md
 * tells when, and what to do.
 */
export const ERROR_STATUS = {
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  LIMIT_EXCEEDED: 400,
  UNAUTHENTICATED: 401,
  HOST_NOT_ALLOWED: 403,
  ORIGIN_NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  LOG_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  CURSOR_EXPIRED: 410,
  PRECONDITION_FAILED: 412,
  REQUEST_ENTITY_TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  BAD_USER_INPUT: 422,
  TOO_MANY_REQUESTS: 429,
  REQUEST_HEADER_FIELDS_TOO_LARGE: 431,
  DATA_UNREADABLE: 500,
  INTERNAL_SERVER_ERROR: 500,
  OVERLOADED: 503,
  QUERY_TIMEOUT: 503,
  STORAGE_TIMEOUT: 504,
  RUN_TOO_LARGE: 507,
} as const;

/** Stable: clients branch on it. */
export type ErrorCode = keyof typeof ERROR_STATUS;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_STATUS, code);
}

/** What a client is told of a failure, the same over REST and GraphQL. The message names the input and the rule. */
export abstract class RunlensError extends Error {
  abstract readonly code: ErrorCode;

  /** The HTTP status that says it over REST. */
  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** A run's file is there but cannot be read. Clients are told its name, and only the operator where it lies. */
export class DataUnreadable extends RunlensError {
  readonly code = 'DATA_UNREADABLE';
  readonly file: string;
  /** Such as the code of the system's error. */
  readonly reason: string;

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${basename(file)} cannot be read: ${reason}`, options);
    this.file = file;
    this.reason = reason;
  }
}

/**
 * The storage that a run lies on does not answer. Clients are told the directory's name, and only the operator where it
 * lies.
 */
export class StorageTimeout extends RunlensError {
  readonly code = 'STORAGE_TIMEOUT';
  readonly directory: string;

  constructor(directory: string, timeoutMs: number) {
    super(`${basename(directory)} cannot be read: its storage has not answered for ${timeoutMs / 1000} s`);
    this.directory = directory;
  }
}

/** This process or machine has no more of something that every answer needs, such as file descriptors. */
export class Overloaded extends RunlensError {
  readonly code = 'OVERLOADED';

  /** @param why the code of the system's error */
  constructor(why: string, options?: ErrorOptions) {
    super(`The gateway has more to do at once than the system lets it (${why}): ask again in a while`, options);
  }
}

/** A run needs more memory than there is for all, or has more columns than a run may have. */
export class RunTooLarge extends RunlensError {
  readonly code = 'RUN_TOO_LARGE';
}

/** A request breaks a rule. */
export class BadUserInput extends RunlensError {
  readonly code = 'BAD_USER_INPUT';
}

/** A query asks for more than one may. */
export class LimitExceeded extends RunlensError {
  readonly code = 'LIMIT_EXCEEDED';
}

/** A query took longer than one may. */
export class QueryTimeout extends RunlensError {
  readonly code = 'QUERY_TIMEOUT';
}

/** The path of a request, with its query, is longer than one may be. */
export class UriTooLong extends RunlensError {
  readonly code = 'URI_TOO_LONG';
}

/** A client asks for more at a time, or in a time, than one may. */
export class TooManyRequests extends RunlensError {
  readonly code = 'TOO_MANY_REQUESTS';
  /** When it may ask again; null: that depends on what it has open. */
  readonly retryAfterSeconds: number | null;

  constructor(message: string, retryAfterSeconds: number | null) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A request does not show the token that the gateway asks for. */
export class Unauthenticated extends RunlensError {
  readonly code = 'UNAUTHENTICATED';
}

/** A request is to a name that is not the gateway's. */
export class HostNotAllowed extends RunlensError {
  readonly code = 'HOST_NOT_ALLOWED';
}

/** A page of an origin that is not allowed has its browser ask. */
export class OriginNotAllowed extends RunlensError {
  readonly code = 'ORIGIN_NOT_ALLOWED';
}

/** The body of a request is of a type that is not taken. */
export class UnsupportedMediaType extends RunlensError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';
}

/** What was sent is no request. */
export class BadRequest extends RunlensError {
  readonly code = 'BAD_REQUEST';
}

/** A request for a WebSocket breaks RFC 6455. */
export class BadHandshake extends BadRequest {}

/** A request did not arrive in time. */
export class RequestTimeout extends RunlensError {
  readonly code = 'REQUEST_TIMEOUT';
}

/** The headers of a request are longer than they may be. */
export class HeadersTooLarge extends RunlensError {
  readonly code = 'REQUEST_HEADER_FIELDS_TOO_LARGE';
}

/** There is no such path. */
export class NotFound extends RunlensError {
  readonly code = 'NOT_FOUND';
}

/** There is no such run, or it is deleted. */
export class RunNotFound extends RunlensError {
  readonly code = 'RUN_NOT_FOUND';
}

/** A cursor names a place in what is not there any more. */
export class CursorExpired extends RunlensError {
  readonly code = 'CURSOR_EXPIRED';
}
