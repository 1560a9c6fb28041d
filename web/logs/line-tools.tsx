import { address, go } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { CopyButton } from './copy-button.tsx';
import type { LogPosition } from './use-log-position.ts';

const texts = inLanguage(
  {
    goTo: 'Go to line',
    line: 'Line',
    download: 'Download',
    downloadTitle: 'Download the whole log',
  },
  {
    goTo: '跳转到行',
    line: '行',
    download: '下载',
    downloadTitle: '下载完整日志',
  },
);

/** What can be done with lines by their numbers, and with all of them. */
export function LineTools({ runId, position }: { readonly runId: string; readonly position: LogPosition }) {
  const { line } = address.value;
  const goTo = (number: number): boolean => {
    if (!Number.isSafeInteger(number) || number < 1) return false;
    go({ line: { first: number, last: number } });
    position.reveal(number);
    return true;
  };
  const pressed = ({ key, currentTarget }: KeyboardEvent & { readonly currentTarget: HTMLInputElement }) => {
    // Also without a change: back to the line. The field is another one then, which would take the focus with it.
    if (key === 'Enter' && goTo(currentTarget.valueAsNumber)) position.focus();
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
          onKeyDown={pressed}
        />
      </label>
      <CopyButton runId={runId} lines={line} />
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
