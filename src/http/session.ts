import express, { type Request, type RequestHandler, Router } from 'express';
import { BadUserInput, Unauthenticated, UnsupportedMediaType } from '../errors.ts';
import type { Access } from './access/access.ts';
import type { Token } from './access/token.ts';
import { methodNotAllowed } from './errors.ts';
import { noteRoute } from './request-facts.ts';

const MONTH_SECONDS = 30 * 24 * 60 * 60;

/**
 * `/session`: changes the token for a cookie, since a browser's WebSocket and EventSource send no other header that a page
 * chooses, and takes the cookie back.
 */
export function sessionRouter(access: Access, token: Token): Router {
  const ownPagesOnly: RequestHandler = ({ headers }, _response, next) => {
    const refusal = access.refuseOrigin(headers);
    if (refusal !== null) throw refusal;
    next();
  };
  const signIn: RequestHandler = (request, response) => {
    if (!token.is(tokenIn(request.body))) throw new Unauthenticated('The token is not the right one');
    response.setHeader('Set-Cookie', cookie(request, token.cookieName, token.cookieValue, MONTH_SECONDS));
    response.status(204).end();
  };
  const signOut: RequestHandler = (request, response) => {
    response.setHeader('Set-Cookie', cookie(request, token.cookieName, '', 0));
    response.status(204).end();
  };
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/session')
    .all(noteRoute('/session'))
    .post(ownPagesOnly, jsonOnly, express.json({ limit: '4kb' }), signIn)
    .delete(ownPagesOnly, signOut)
    .all(methodNotAllowed('POST, DELETE'));
  return router;
}

const jsonOnly: RequestHandler = (request, _response, next) => {
  if (!request.is('application/json')) {
    throw new UnsupportedMediaType('The body must be declared as application/json by its Content-Type');
  }
  next();
};

function tokenIn(body: unknown): string {
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
  if (typeof token !== 'string') throw new BadUserInput('The body must be {"token": "…"}, with a text');
  return token;
}

/** Without a Path it is for all beside `/session`, also below the prefix that a proxy puts before it (RFC 6265, 5.1.4). */
function cookie(request: Request, name: string, value: string, seconds: number): string {
  // A proxy that ends TLS is not seen by its connection, but by the origin that browsers tell.
  const isOverTls = request.secure || (request.headers.origin?.startsWith('https:') ?? false);
  return `${name}=${value}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isOverTls ? '; Secure' : ''}`;
}
