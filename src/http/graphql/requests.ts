import type { Plugin } from 'graphql-yoga';
import { OriginNotAllowed, UnsupportedMediaType } from '../../errors.ts';
import { isForeignOrigin } from '../access/origins.ts';
import { refusal } from './refusal.ts';

const JSON_TYPE = /^application\/json(;|$)/;

/**
 * Refuses requests over HTTP that a page of a foreign origin has its browser send: it could not read the answer, but
 * would keep the gateway busy. A body must be declared as JSON, for which browsers ask beforehand.
 *
 * @param origins that are not foreign, besides the gateway's own and those of this machine
 */
export function guardRequests(origins: readonly string[]): Plugin {
  return {
    onRequestParse({ request: { method, headers } }) {
      const origin = headers.get('origin');
      const host = headers.get('host') ?? undefined;
      if (isForeignOrigin({ origin: origin ?? undefined, host }, origins)) {
        throw refusal(new OriginNotAllowed(`Pages of the origin ${origin} may not ask`));
      }
      if (origin === null && isEmbedded(headers)) {
        throw refusal(new OriginNotAllowed('Pages of other origins may not ask'));
      }
      const type = headers.get('content-type') ?? '';
      if (method === 'POST' && !JSON_TYPE.test(type)) {
        const what = type === '' ? 'has no Content-Type' : `has the Content-Type ${type}`;
        throw refusal(new UnsupportedMediaType(`The body ${what}; it must be application/json`));
      }
    },
  };
}

/** Whether a page of another site has it as an image or the like, for which browsers tell no origin. */
function isEmbedded(headers: Headers): boolean {
  return headers.get('sec-fetch-site') === 'cross-site' && headers.get('sec-fetch-mode') !== 'navigate';
}
