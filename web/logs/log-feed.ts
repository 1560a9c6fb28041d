import { signal } from '@preact/signals';
import {
  FollowLogDocument,
  type FollowLogSubscription,
  LogLinesDocument,
  type LogLinesQueryVariables,
  type RunStatus,
} from '../api/generated/graphql.ts';
import { QueryError, query } from '../api/query.ts';
import { subscribe } from '../api/subscription.ts';
import type { LineSpan } from './held-lines.ts';
import { LogRows } from './log-rows.ts';

/** Behind every line: who asks for it is told how many there are. */
const BEYOND = Number.MAX_SAFE_INTEGER;
/** Lines asked for at a time, at most. */
const PAGE = 500;
/** Lines that are there before they come into view. */
const AROUND = 200;

/** Follows the log of a run, and gets those lines of it that are to be shown. */
export class LogFeed {
  /** How the run ended, once all lines are there; null while more may come. */
  readonly endedAs = signal<RunStatus | null>(null);
  /** Why lines are missing; null where they are only on their way. */
  readonly failure = signal<unknown>(null);

  readonly #runId: string;
  readonly #rows = new LogRows();
  /** Another one whenever the rows have changed, at most once a frame. */
  readonly #version = signal(0);
  readonly #closed = new AbortController();
  /** What is asked about the file that is shown; aborted when another one begins. */
  #file = new AbortController();
  #cursor: string | null = null;
  #isFollowed = false;
  #isCounting = false;
  #isCountWanted = false;
  #shown: LineSpan = { first: 1, end: 1 };
  #loading: { readonly span: LineSpan; readonly stop: AbortController } | null = null;
  #frame = 0;

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** A component that reads them is rendered anew when they change. */
  get rows(): LogRows {
    void this.#version.value;
    return this.#rows;
  }

  /** Also again, after a failure, or when a run that had ended was resumed. */
  start(): void {
    this.failure.value = null;
    this.endedAs.value = null;
    void this.#count();
    void this.#follow();
    this.#load();
  }

  close(): void {
    this.#closed.abort();
    this.#file.abort();
    cancelAnimationFrame(this.#frame);
  }

  /** These lines are shown, so they are to be there; and then those around them. */
  show(span: LineSpan): void {
    this.#shown = span;
    this.#rows.show(span);
    this.#load();
  }

  async #follow(): Promise<void> {
    if (this.#isFollowed) return;
    this.#isFollowed = true;
    const variables = () => ({ runId: this.#runId, after: this.#cursor });
    try {
      for await (const { logs } of subscribe(FollowLogDocument, variables, this.#closed.signal)) {
        this.#cursor = logs.cursor;
        this.#take(logs);
      }
    } catch (error) {
      this.#fail(error, this.#closed.signal);
    } finally {
      this.#isFollowed = false;
    }
  }

  #take(event: FollowLogSubscription['logs']): void {
    // The gateway is there again.
    this.failure.value = null;
    if (event.__typename === 'StreamEnd') this.endedAs.value = event.status;
    else if (event.__typename === 'StreamReset') {
      this.#file.abort();
      this.#file = new AbortController();
      this.#loading = null;
      this.#rows.reset(event.reason);
    } else if (!this.#rows.append(event)) void this.#count();
    this.#changed();
  }

  /** Finds out how many lines there are, once more if that is wanted again meanwhile. */
  async #count(): Promise<void> {
    this.#isCountWanted = true;
    if (this.#isCounting) return;
    this.#isCounting = true;
    const { signal: stopped } = this.#file;
    try {
      while (this.#isCountWanted) {
        this.#isCountWanted = false;
        const { lineCount } = await this.#ask({ fromLine: BEYOND, first: 0 }, stopped);
        if (lineCount === null) this.#isCountWanted = true;
        else this.#rows.counted(lineCount);
        this.#changed();
      }
    } catch (error) {
      this.#fail(error, stopped);
    } finally {
      this.#isCounting = false;
    }
  }

  #load(): void {
    const { first, end } = this.#shown;
    const wanted = this.#rows.missing(this.#shown) ?? this.#rows.missing({ first: first - AROUND, end: end + AROUND });
    if (wanted === null || this.failure.value !== null) return;
    const { span } = this.#loading ?? {};
    if (span && span.first < wanted.end && span.end > wanted.first) return;
    this.#loading?.stop.abort();
    this.#loading = { span: wanted, stop: new AbortController() };
    void this.#loadSpan(wanted, AbortSignal.any([this.#file.signal, this.#loading.stop.signal]));
  }

  async #loadSpan({ first, end }: LineSpan, stopped: AbortSignal): Promise<void> {
    try {
      const page = { fromLine: first, first: Math.min(PAGE, end - first) };
      const { nodes, lineCount } = await this.#ask(page, stopped);
      this.#loading = null;
      if (lineCount !== null) this.#rows.counted(lineCount);
      // Where there are none, the file has become shorter, of which the stream will tell.
      if (nodes.length === 0) return;
      this.#rows.put(
        first,
        nodes.map(({ text }) => text),
      );
      this.#changed();
      this.#load();
    } catch (error) {
      if (!stopped.aborted) this.#loading = null;
      this.#fail(error, stopped);
    }
  }

  async #ask(page: Omit<LogLinesQueryVariables, 'runId'>, stopped: AbortSignal) {
    const { run } = await query(LogLinesDocument, { runId: this.#runId, ...page }, stopped);
    if (!run?.logs) throw new QueryError('there is no such run', 'RUN_NOT_FOUND');
    return run.logs;
  }

  #fail(error: unknown, stopped: AbortSignal): void {
    if (!stopped.aborted) this.failure.value = error;
  }

  #changed(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#version.value++;
    });
  }
}
