import { setImmediate } from 'node:timers/promises';
import { isAsyncIterable, type Plugin, processRegularResult } from 'graphql-yoga';
import { jsonPieces } from '../../schema/index.ts';

/** A text of up to about so many characters is made at a stretch: some milliseconds' worth. */
const AT_ONCE = 262_144;

/**
 * Has large results made while they are sent, no faster than the client takes them. All else about an answer stays as
 * yoga has it. An event of a stream is made as a whole.
 */
export function streamResults(): Plugin {
  const streams = new WeakMap<Request, Iterator<string>>();
  return {
    onResultProcess({ request, result, setResult, resultProcessor }) {
      if (resultProcessor !== processRegularResult || isAsyncIterable(result) || Array.isArray(result)) return;
      const stringify = (value: object): string => {
        const pieces = jsonPieces(value);
        const { text, isWhole } = startOf(pieces);
        if (isWhole) return text;
        streams.set(request, after(text, pieces));
        return '';
      };
      setResult({ ...result, stringify });
    },
    onResponse({ request, response, setResponse, fetchAPI }) {
      const pieces = streams.get(request);
      if (pieces === undefined) return;
      const { status, statusText, headers } = response;
      const encoder = new TextEncoder();
      const body = new fetchAPI.ReadableStream<Uint8Array>({
        async pull(controller) {
          // Others have their turn between two pieces, however fast the client reads.
          await setImmediate();
          const { done, value } = pieces.next();
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        },
      });
      setResponse(new fetchAPI.Response(body, { status, statusText, headers }));
    },
  };
}

/** Takes pieces as far as they may be made at a stretch. */
function startOf(pieces: Iterator<string>): { readonly text: string; readonly isWhole: boolean } {
  let text = '';
  while (text.length < AT_ONCE) {
    const { done, value } = pieces.next();
    if (done) return { text, isWhole: true };
    text += value;
  }
  return { text, isWhole: false };
}

function* after(start: string, rest: Iterable<string>): Generator<string> {
  yield start;
  yield* rest;
}
