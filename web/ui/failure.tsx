import { hrefTo } from '../address/navigation.ts';
import { QueryError } from '../api/query.ts';
import { explain } from './failure-texts.ts';
import { inLanguage } from './language.ts';

const texts = inLanguage({ again: 'Try again', runs: 'List of runs' }, { again: '重试', runs: '运行列表' });

/** What went wrong, and what can be done: in place of what was to be shown. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { title, help } = explain(error);
  const code = error instanceof QueryError ? error.code : undefined;
  const isMissing = code === 'RUN_NOT_FOUND';
  return (
    <div class="notice" role="alert">
      <strong>{title}</strong>
      <p>{help}</p>
      {code !== null && !isMissing && <p lang="en">{error instanceof Error ? error.message : String(error)}</p>}
      <div>
        {retry && (
          <button type="button" onClick={retry}>
            {texts.again}
          </button>
        )}{' '}
        {isMissing && (
          <a class="button" href={hrefTo({ view: 'runs', only: '' })}>
            {texts.runs}
          </a>
        )}
      </div>
    </div>
  );
}
