import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LineRange } from '../address/address.ts';
import { LogLinesDocument } from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { copyText } from '../ui/copy-text.ts';
import { inLanguage } from '../ui/language.ts';

const texts = inLanguage(
  {
    copy: 'Copy',
    copyTitle: 'Copy the marked lines. A click on a line number marks a line, with Shift all up to another one.',
    stop: (percent: number) => `Stop · ${percent}%`,
    gathering: 'Gathering the marked lines…',
    copied: 'Copied ✓',
    failed: 'Not copied',
  },
  {
    copy: '复制',
    copyTitle: '复制标记的行。点击行号标记一行，按住 Shift 点击可标记到另一行。',
    stop: (percent: number) => `停止 · ${percent}%`,
    gathering: '正在收集标记的行…',
    copied: '已复制 ✓',
    failed: '复制失败',
  },
);

/** Lines asked for at a time. */
const PAGE = 1000;
/** Milliseconds in which a copy need not tell how far it is. */
const SHORT = 300;

type CopyState =
  /** Also while it has only begun. */
  | { readonly is: 'idle' | 'copied' | 'failed' }
  /** `part`: how much of the lines is here, from 0 to 1. */
  | { readonly is: 'gathering'; readonly part: number };

const IDLE: CopyState = { is: 'idle' };

interface CopyButtonProps {
  readonly runId: string;
  /** Null where none are marked. */
  readonly lines: LineRange | null;
}

/** Copies the marked lines as a terminal would show them, without colours; stops that where it takes long. */
export function CopyButton({ runId, lines }: CopyButtonProps) {
  const [state, setState] = useState<CopyState>(IDLE);
  const running = useRef<AbortController | null>(null);
  const stop = () => {
    running.current?.abort();
    running.current = null;
    setState(IDLE);
  };
  useLayoutEffect(() => stop, [runId, lines?.first, lines?.last]);

  const copy = async (range: LineRange) => {
    const stopper = new AbortController();
    running.current = stopper;
    const { signal } = stopper;
    const began = performance.now();
    const tell = (part: number) => {
      if (performance.now() - began > SHORT) setState({ is: 'gathering', part });
    };
    const isCopied = await textOf(runId, range, tell, signal).then(copyText).catch(never);
    if (signal.aborted) return;
    running.current = null;
    setState({ is: isCopied ? 'copied' : 'failed' });
  };
  const clicked = () => {
    if (state.is === 'gathering') stop();
    else if (lines && !running.current) void copy(lines);
  };
  return (
    <>
      <button type="button" class="log-copy" disabled={lines === null} title={texts.copyTitle} onClick={clicked}>
        {labelOf(state)}
      </button>
      <span class="hidden" role="status">
        {said(state)}
      </span>
    </>
  );
}

const never = () => false;

function labelOf(state: CopyState): string {
  if (state.is === 'gathering') return texts.stop(Math.floor(100 * state.part));
  return state.is === 'idle' ? texts.copy : texts[state.is];
}

/** Without the numbers, which nobody can listen to. */
function said({ is }: CopyState): string {
  return is === 'idle' ? '' : texts[is];
}

/** Throws a QueryError, or the signal's reason. @param tell how much of it is here, from 0 to 1, now and then */
async function textOf(
  runId: string,
  { first, last }: LineRange,
  tell: (part: number) => void,
  stopped: AbortSignal,
): Promise<string> {
  const lines: string[] = [];
  const count = last - first + 1;
  while (lines.length < count) {
    const page = {
      fromLine: first + lines.length,
      first: Math.min(PAGE, count - lines.length),
      ansi: 'STRIP',
    } as const;
    const { run } = await query(LogLinesDocument, { runId, ...page }, stopped);
    const nodes = run?.logs?.nodes ?? [];
    if (nodes.length === 0) break;
    for (const { text } of nodes) lines.push(text);
    tell(lines.length / count);
  }
  stopped.throwIfAborted();
  return lines.join('\n');
}
