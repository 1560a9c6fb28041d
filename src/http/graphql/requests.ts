import type { Plugin } from 'graphql-yoga';
import { OriginNotAllowed, UnsupportedMediaType } from '../../errors.ts';
import type { HostCheck } from '../hosts.ts';
import { isForeignOrigin } from '../origins.ts';
import { refusal } from './refusal.ts';

const JSON_TYPE = /^application\/json(;|$)/;

/**
 * Refuses requests over HTTP for a name that the gateway does not have, and those that a page of a foreign origin has its
 * browser send: it could not read the answer, but would keep the gateway busy. A body must be declared as JSON, for which
 * browsers ask beforehand.
 */
export function guardRequests(checkHost: HostCheck): Plugin {
  return {
    onRequestParse({ request: { method, headers } }) {
      const host = headers.get('host') ?? undefined;
      const wrong = checkHost(host);
      if (wrong !== null) throw refusal(wrong);
      const origin = headers.get('origin');
      if (isForeignOrigin({ origin: origin ?? undefined, host })) {
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
