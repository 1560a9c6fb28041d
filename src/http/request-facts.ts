import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { FinishedRequest } from '../monitoring/traffic.ts';

/** What of a request only those know who answer it. */
type RequestFacts = {
  -readonly [Fact in 'route' | 'runId' | 'code' | 'cache' | 'operation']?: FinishedRequest[Fact];
} & { isStream?: boolean };

const facts = new WeakMap<IncomingMessage, RequestFacts>();

/** What is known of a request so far; whoever knows more adds it. */
export function factsOf(request: IncomingMessage): RequestFacts {
  const known = facts.get(request);
  if (known !== undefined) return known;
  const added: RequestFacts = {};
  facts.set(request, added);
  return added;
}

/** Notes by which route requests are answered. Where its pattern has an `:id`, that is of a run. */
export function noteRoute<P extends Record<string, string>>(route: string): RequestHandler<P> {
  return (request, _response, next) => {
    const known = factsOf(request);
    known.route = route;
    known.runId = request.params.id;
    next();
  };
}

/** The path of a URL, without what may be a secret. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}
