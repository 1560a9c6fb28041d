import type { RequestHandler } from 'express';
import type { Access } from './access.ts';

/** Refuses requests to a name that is not the gateway's. */
export function requireHost(access: Access): RequestHandler {
  return ({ headers }, _response, next) => {
    const refusal = access.refuseHost(headers);
    if (refusal !== null) throw refusal;
    next();
  };
}

/** Refuses requests that do not show the token. */
export function requireToken(access: Access): RequestHandler {
  return ({ headers }, _response, next) => {
    const refusal = access.refuseStranger(headers);
    if (refusal !== null) throw refusal;
    next();
  };
}
