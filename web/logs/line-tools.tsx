import { useState } from 'preact/hooks';
import type { LineRange } from '../address/address.ts';
import { address, go } from '../address/navigation.ts';
import { LogLinesDocument } from '../api/generated/graphql.ts';
import { query } from '../api/query.ts';
import { copyText } from '../ui/copy-text.ts';
import { inLanguage } from '../ui/language.ts';
import type { LogPosition } from './use-log-position.ts';

const texts = inLanguage(
  {
    goTo: 'Go to line',
    line: 'Line',
    copy: 'Copy',
    copyTitle: 'Copy the marked lines. A click on a line number marks a line, with Shift all up to another one.',
    copied: 'Copied ✓',
    failed: 'Not copied',
    download: 'Download',
    downloadTitle: 'Download the whole log',
  },
  {
    goTo: '跳转到行',
    line: '行',
    copy: '复制',
    copyTitle: '复制标记的行。点击行号标记一行，按住 Shift 点击可标记到另一行。',
    copied: '已复制 ✓',
    failed: '复制失败',
    download: '下载',
    downloadTitle: '下载完整日志',
  },
);

/** Lines asked for at a time. */
const PAGE = 1000;

/** What can be done with lines by their numbers, and with all of them. */
export function LineTools({ runId, position }: { readonly runId: string; readonly position: LogPosition }) {
  const { line } = address.value;
  const goTo = (number: number) => {
    if (!Number.isSafeInteger(number) || number < 1) return;
    go({ line: { first: number, last: number } });
    position.reveal(number);
  };
  return (
    <div class="log-tools">
      <label class="log-go">
        <span aria-hidden="true">{texts.goTo}</span>
        <input
          // Another one whenever the marked line is another.
          key={line?.first}
          type="number"
          min="1"
          aria-label={texts.goTo}
          placeholder={texts.line}
          defaultValue={line ? String(line.first) : ''}
          onChange={(event) => goTo(event.currentTarget.valueAsNumber)}
          // Also without a change: back to the line.
          onKeyDown={(event) => event.key === 'Enter' && goTo(event.currentTarget.valueAsNumber)}
        />
      </label>
      <CopyButton key={`${line?.first}-${line?.last}`} runId={runId} lines={line} />
      <a
        class="button"
        href={`api/runs/${encodeURIComponent(runId)}/logs`}
        download={`${runId}.log`}
        title={texts.downloadTitle}
      >
        {texts.download}
      </a>
    </div>
  );
}

/** Copies the marked lines as a terminal would show them, without colours. */
function CopyButton({ runId, lines }: { readonly runId: string; readonly lines: LineRange | null }) {
  const [label, setLabel] = useState(texts.copy);
  const copy = async (range: LineRange) => {
    try {
      setLabel((await copyText(await textOf(runId, range))) ? texts.copied : texts.failed);
    } catch {
      setLabel(texts.failed);
    }
  };
  return (
    <button
      type="button"
      class="log-copy"
      disabled={lines === null}
      title={texts.copyTitle}
      onClick={() => lines && void copy(lines)}
    >
      <span aria-live="polite">{label}</span>
    </button>
  );
}

async function textOf(runId: string, { first, last }: LineRange): Promise<string> {
  const lines: string[] = [];
  while (first + lines.length <= last) {
    const fromLine = first + lines.length;
    const page = { fromLine, first: Math.min(PAGE, last - fromLine + 1), ansi: 'STRIP' } as const;
    const { run } = await query(LogLinesDocument, { runId, ...page });
    const nodes = run?.logs?.nodes ?? [];
    if (nodes.length === 0) break;
    for (const { text } of nodes) lines.push(text);
  }
  return lines.join('\n');
}
