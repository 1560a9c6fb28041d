import type { RequestHandler } from 'express';
import { UriTooLong } from '../../errors.ts';

/** Refuses requests whose path and query are longer than so many bytes. */
export function limitUrl(most: number): RequestHandler {
  return ({ originalUrl }, _response, next) => {
    // Node takes no characters in it that have more than a byte.
    if (originalUrl.length > most)
      throw new UriTooLong(`url: ${originalUrl.length} bytes, and ${most} are all that it may have`);
    next();
  };
}
