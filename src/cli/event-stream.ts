/** The connection could not be made or broke; another may do better. The message says how, in a few words. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Milliseconds: a gateway sends a comment every 12 seconds. */
const MOST_SILENCE = 40_000;

/**
 * The data of each event of a text/event-stream, read as fast as it is taken. Throws ConnectionLost, also where nothing
 * comes for `mostSilence` milliseconds; an Error that names `url` where what is there answers otherwise.
 */
export async function* eventStream(url: string, init: RequestInit, mostSilence = MOST_SILENCE): AsyncGenerator<string> {
  let unfinished = '';
  for await (const text of streamedText(url, init, mostSilence)) {
    const events = (unfinished + text).split('\n\n');
    unfinished = events.pop() ?? '';
    yield* events.map(dataOf).filter((data) => data !== '');
  }
}

function dataOf(event: string): string {
  const lines = event.split('\n').filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.slice('data:'.length).trimStart()).join('\n');
}

async function* streamedText(url: string, init: RequestInit, mostSilence: number): AsyncGenerator<string> {
  const aborter = new AbortController();
  // While the reader takes its time no clock runs.
  const startClock = () => setTimeout(() => aborter.abort(new Error('it fell silent')), mostSilence);
  let clock = startClock();
  try {
    const response = await fetch(url, { ...init, signal: aborter.signal });
    for await (const text of streamOf(response).pipeThrough(new TextDecoderStream())) {
      clearTimeout(clock);
      yield text;
      clock = startClock();
    }
  } catch (error) {
    if (error instanceof UnexpectedAnswer) throw error;
    throw new ConnectionLost(reasonOf(error), { cause: error });
  } finally {
    clearTimeout(clock);
  }
}

class UnexpectedAnswer extends Error {}

function streamOf({ url, status, headers, body }: Response) {
  // Errors of GraphQL come as a stream too, whatever the status.
  if (body !== null && headers.get('content-type')?.startsWith('text/event-stream')) return body;
  if (status >= 500) throw new Error(`it answers ${status}`);
  if (status === 401) throw new UnexpectedAnswer(`${url} asks for a token: --token-file or RUNLENS_TOKEN names it`);
  throw new UnexpectedAnswer(`${url} answers ${status}, not with a stream of events`);
}

/** Why a fetch failed, which its error only tells in its cause. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
