import { address, hrefTo } from '../address/navigation.ts';
import { inLanguage } from '../ui/language.ts';
import { statusNames } from '../ui/status.tsx';

const texts = inLanguage(
  {
    empty: 'There are no runs yet',
    howTo: 'Runlens shows the runs below the folder that it was started with:',
    looks: 'A run is a folder like this one; it appears here as soon as it is there:',
    nothing: 'No run matches',
    text: (text: string) => `“${text}” in its name, folder or tags`,
    folder: (path: string) => `in ${path}`,
    status: (names: string) => `status ${names}`,
    tags: (tags: string) => `tagged ${tags}`,
    or: ' or ',
    and: ' and ',
    clear: 'Clear the filters',
  },
  {
    empty: '还没有运行',
    howTo: 'Runlens 显示启动时指定的目录下的运行：',
    looks: '一个运行就是这样一个目录，创建后会立即显示在这里：',
    nothing: '没有符合条件的运行',
    text: (text: string) => `名称、目录或标签包含“${text}”`,
    folder: (path: string) => `位于 ${path}`,
    status: (names: string) => `状态为${names}`,
    tags: (tags: string) => `标签为 ${tags}`,
    or: '或',
    and: ' 和 ',
    clear: '清除筛选条件',
  },
);

const EXAMPLE = `STORAGE/runs/vision/20240101_120000_a1b2c3/
  meta.json      status.json
  events.jsonl   logs.txt`;

/** Whether only some of the runs are asked for. */
function isFiltered(): boolean {
  return filters().length > 0;
}

/** What the runs are filtered by, in words. */
function filters(): readonly string[] {
  const { text, path, status, tags } = address.value;
  return [
    ...(text.trim() ? [texts.text(text.trim())] : []),
    ...(path ? [texts.folder(path)] : []),
    ...(status.length > 0 ? [texts.status(status.map((each) => statusNames[each]).join(texts.or))] : []),
    ...(tags.length > 0 ? [texts.tags(tags.join(texts.and))] : []),
  ];
}

/** In place of the table where no run is in it: why that is so, and what can be done. */
export function NoRuns() {
  if (!isFiltered()) {
    return (
      <div class="notice">
        <strong>{texts.empty}</strong>
        <p>{texts.howTo}</p>
        <pre>runlens --storage STORAGE</pre>
        <p>{texts.looks}</p>
        <pre>{EXAMPLE}</pre>
      </div>
    );
  }
  return (
    <div class="notice">
      <strong>{texts.nothing}</strong>
      <ul class="runs-filters-said">
        {filters().map((filter) => (
          <li key={filter}>{filter}</li>
        ))}
      </ul>
      <a class="button" href={hrefTo({ text: '', path: '', status: [], tags: [] })}>
        {texts.clear}
      </a>
    </div>
  );
}
