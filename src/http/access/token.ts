import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const BEARER = /^bearer +(\S+) *$/i;

/** The secret that a client has to know, and the cookie that stands for it in a browser. */
export class Token {
  readonly #token: string;
  /** Of this token only: browsers send a cookie to every port of a host, and there another gateway may be. */
  readonly cookieName: string;
  /** Tells the token to nobody, holds over restarts, and ends when the token changes. */
  readonly cookieValue: string;

  constructor(token: string) {
    this.#token = token;
    this.cookieName = `runlens_${createHash('sha256').update(token).digest('hex').slice(0, 8)}`;
    this.cookieValue = createHmac('sha256', token).update('runlens session').digest('base64url');
  }

  is(text: string): boolean {
    return isSame(text, this.#token);
  }

  /** @param authorization as in the header of that name */
  isIn(authorization: string | undefined): boolean {
    const [, text] = BEARER.exec(authorization ?? '') ?? [];
    return text !== undefined && this.is(text);
  }

  /** @param cookies as in the header `Cookie` */
  isInCookies(cookies: string | undefined): boolean {
    const start = `${this.cookieName}=`;
    const mine = (cookies ?? '')
      .split(';')
      .map((cookie) => cookie.trim())
      .filter((cookie) => cookie.startsWith(start));
    return mine.some((cookie) => isSame(cookie.slice(start.length), this.cookieValue));
  }
}

/** Takes as long whatever the two have in common, and however long they are. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
