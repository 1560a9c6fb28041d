import { setImmediate } from 'node:timers/promises';
import { isAsyncIterable, type Plugin, processRegularResult } from 'graphql-yoga';
import { columnJson } from '../../../schema/index.ts';

/**
 * Has large results made while they are sent, no faster than the client takes them. All else about an answer stays as
 * yoga has it. An event of a stream is made as a whole.
 */
export function streamResults(): Plugin {
  const streams = new WeakMap<Request, Iterable<string>>();
  return {
    onResultProcess(hook) {
      const { request, result, resultProcessor } = hook;
      if (resultProcessor !== processRegularResult || isAsyncIterable(result) || Array.isArray(result)) return;
      const stringify = (value: object): string => {
        const json = columnJson(value);
        if (typeof json === 'string') return json;
        streams.set(request, json);
        return '';
      };
      hook.setResult({ ...result, stringify });
    },
    onResponse(hook) {
      const { request, response, fetchAPI } = hook;
      const pieces = streams.get(request)?.[Symbol.iterator]();
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
      hook.setResponse(new fetchAPI.Response(body, { status, statusText, headers }));
    },
  };
}

/**
 * Has a stream of events be of status 200 though it tells of a failure: a page that opens it with EventSource is shown no
 * other. What is refused for how it was asked keeps its status.
 */
export function openStreams(): Plugin {
  return {
    onResponse(hook) {
      const { status, headers, body } = hook.response;
      if (status < 500 || headers.get('content-type') !== 'text/event-stream') return;
      hook.setResponse(new hook.fetchAPI.Response(body, { status: 200, headers }));
    },
  };
}
