import { QueryError } from '../api/query.ts';
import { inLanguage } from './language.ts';

const texts = inLanguage(
  {
    unreachable: 'The gateway does not answer',
    unreachableHelp:
      'It may have stopped, or the network between you and it. Start it again, or try again in a moment.',
    failed: 'That could not be shown',
    again: 'Try again',
  },
  {
    unreachable: '网关没有响应',
    unreachableHelp: '网关可能已停止，或者网络中断。请重新启动网关，或稍后重试。',
    failed: '无法显示',
    again: '重试',
  },
);

/** What went wrong, and what can be done: in place of what was to be shown. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const isUnreachable = error instanceof QueryError && error.code === null;
  return (
    <div class="notice" role="alert">
      <strong>{isUnreachable ? texts.unreachable : texts.failed}</strong>
      <p>{isUnreachable ? texts.unreachableHelp : error instanceof Error ? error.message : String(error)}</p>
      {retry && (
        <button type="button" onClick={retry}>
          {texts.again}
        </button>
      )}
    </div>
  );
}
