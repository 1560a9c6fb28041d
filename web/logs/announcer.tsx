import { useEffect, useRef, useState } from 'preact/hooks';
import { spansOf } from './ansi.ts';
import type { LogFeed } from './log-feed.ts';
import { resetTexts } from './row.tsx';

/** Nobody can listen to every line of a log. */
const EVERY_MS = 5000;

/** Reads the last line out to those who do not see it, now and then, while the end is followed. */
export function Announcer({ feed, isFollowing }: { readonly feed: LogFeed; readonly isFollowing: boolean }) {
  const [said, say] = useState('');
  const latest = useRef('');
  latest.current = isFollowing ? lastOf(feed) : '';
  useEffect(() => {
    const timer = setInterval(() => say(latest.current), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="hidden" aria-live="polite">
      {said}
    </div>
  );
}

function lastOf({ rows }: LogFeed): string {
  const row = rows.rowCount === 0 ? undefined : rows.rowAt(rows.rowOf((rows.lineCount ?? 0) || 1));
  if (!row) return '';
  if (row.kind === 'reset') return resetTexts[row.reason];
  return spansOf(row.text ?? '')
    .map(({ text }) => text)
    .join('');
}
