import { useMemo } from 'preact/hooks';
import { address, adjust, hrefTo } from '../address/navigation.ts';
import type { ResetReason } from '../api/generated/graphql.ts';
import { formatCount } from '../format/numbers.ts';
import { inLanguage } from '../ui/language.ts';
import { spansOf } from './ansi.ts';
import type { LogRow } from './log-rows.ts';
import { matchesIn, type Piece, withMatches } from './matches.ts';

const texts = inLanguage(
  {
    line: (number: number) => `Line ${number}`,
    more: (count: string) => `+${count} characters`,
    resets: {
      ROTATED: 'The log was rotated: a new file begins here',
      TRUNCATED: 'The log was truncated: it begins anew',
      REPLACED: 'The log was replaced by another file',
      ORIGIN_MOVED: 'The log begins anew',
    },
  },
  {
    line: (number: number) => `第 ${number} 行`,
    more: (count: string) => `还有 ${count} 个字符`,
    resets: {
      ROTATED: '日志已轮转，新文件从这里开始',
      TRUNCATED: '日志已被截断，从头开始',
      REPLACED: '日志已被另一个文件替换',
      ORIGIN_MOVED: '日志从头开始',
    },
  },
);

/** What happened to the file, in words. */
export const resetTexts: Readonly<Record<ResetReason, string>> = texts.resets;

/** Of a longer line the rest is shown when it is marked: many of them would take a browser seconds. */
const LONGEST = 5000;
/** Of a line with more matches the rest is shown as found when it is marked, for the same reason. */
const MOST_MATCHES = 300;
const ESC = '\u001b';
const TORN_SEQUENCE = new RegExp(`${ESC}[^m]*$`);

interface Find {
  readonly text: string;
  readonly matchCase: boolean;
}

export function Row({ row, isMarked, find }: { row: LogRow; isMarked: boolean; find: Find }) {
  if (row.kind === 'reset') return <div class="log-row log-reset">{texts.resets[row.reason]}</div>;
  const text = row.text === null ? null : <Line text={row.text} find={find} isWhole={isMarked} />;
  if (row.kind === 'partial') {
    return (
      <div class="log-row log-partial">
        <span class="log-number" aria-hidden="true">
          …
        </span>
        {text}
      </div>
    );
  }
  if (row.kind === 'earlier') {
    return (
      <div class="log-row log-earlier">
        <span class="log-number">{row.number}</span>
        {text}
      </div>
    );
  }
  return (
    <div class="log-row" aria-current={isMarked ? 'true' : undefined}>
      <LineNumber number={row.number} />
      {text ?? <span class="log-skeleton" />}
      {row.text !== null && row.text.length > LONGEST && !isMarked && (
        <a class="log-more" href={hrefTo({ line: { first: row.number, last: row.number } })}>
          {texts.more(formatCount(row.text.length - LONGEST))}
        </a>
      )}
    </div>
  );
}

/** A link to the line; with Shift, it marks all lines from the marked one on. */
function LineNumber({ number }: { number: number }) {
  const extend = (event: MouseEvent) => {
    const { line } = address.value;
    if (!event.shiftKey || !line) return;
    event.preventDefault();
    const anchor = number < line.first ? line.last : line.first;
    adjust({ line: { first: Math.min(anchor, number), last: Math.max(anchor, number) } });
  };
  return (
    <a
      class="log-number"
      href={hrefTo({ line: { first: number, last: number } })}
      aria-label={texts.line(number)}
      // There is a field to go to a line with the keyboard: hundreds of stops would be in its way.
      tabIndex={-1}
      onClick={extend}
    >
      {number}
    </a>
  );
}

function Line({ text, find, isWhole }: { text: string; find: Find; isWhole: boolean }) {
  const shown = isWhole || text.length <= LONGEST ? text : text.slice(0, LONGEST).replace(TORN_SEQUENCE, '');
  const spans = useMemo(() => spansOf(shown), [shown]);
  const pieces = useMemo(() => {
    const plain = spans.map((span) => span.text).join('');
    const matches = matchesIn(plain, find.text, find.matchCase);
    return withMatches(spans, isWhole ? matches : matches.slice(0, MOST_MATCHES));
  }, [spans, find.text, find.matchCase, isWhole]);
  return <span class="log-text">{pieces.map(renderPiece)}</span>;
}

function renderPiece({ text, classes, style, isMatch }: Piece, index: number) {
  // Found text has colours of its own.
  if (isMatch) {
    return (
      <mark key={index} class={classes.filter((name) => name !== 'ansi-hidden').join(' ')}>
        {text}
      </mark>
    );
  }
  if (classes.length === 0 && Object.keys(style).length === 0) return text;
  return (
    <span key={index} class={classes.join(' ')} style={style}>
      {text}
    </span>
  );
}
