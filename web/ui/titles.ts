import { useEffect } from 'preact/hooks';
import { inLanguage } from './language.ts';

/** What the views are called. */
export const VIEW_NAMES = inLanguage(
  { runs: 'Runs', charts: 'Charts', logs: 'Logs' },
  { runs: '运行', charts: '图表', logs: '日志' },
);

/** Names the browser's tab, by what it shows first: there is room for a few letters. @param subjects the empty ones do not count */
export function useTitle(view: keyof typeof VIEW_NAMES, ...subjects: readonly string[]): void {
  const title = [...subjects, VIEW_NAMES[view], 'Runlens'].filter((part) => part !== '').join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
