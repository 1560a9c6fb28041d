import { QueryError } from '../api/query.ts';
import { inLanguage } from './language.ts';

/** A failure in words: what it is, and what can be done. */
interface Explanation {
  readonly title: string;
  readonly help: string;
}

const texts = inLanguage(
  {
    unreachable: {
      title: 'The gateway does not answer',
      help: 'It may have stopped, or the network between you and it. Start it again, or try again in a moment.',
    },
    unknown: { title: 'This could not be shown', help: 'The gateway says:' },
    broken: { title: 'The page made a mistake', help: 'Load it anew. If it does so again, please report this:' },
  },
  {
    unreachable: { title: '网关没有响应', help: '网关可能已停止，或者网络中断。请重新启动网关，或稍后重试。' },
    unknown: { title: '无法显示', help: '网关返回：' },
    broken: { title: '页面出错了', help: '请刷新页面。如果再次出现，请反馈以下信息：' },
  },
);

/** By the code of docs/errors.md. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = inLanguage(
  {
    RUN_NOT_FOUND: {
      title: 'There is no such run',
      help: 'It may have been deleted, or lie in another storage.',
    },
    DATA_UNREADABLE: {
      title: 'A file of the run cannot be read',
      help: 'See that the gateway may read it, and try again. The gateway says:',
    },
    RUN_TOO_LARGE: {
      title: 'The run is too large',
      help: 'Start the gateway with a larger --cache-size, or log fewer metrics in one run. The gateway says:',
    },
    STORAGE_TIMEOUT: {
      title: 'The storage of the run does not answer',
      help: 'Its mount may be gone. Try again when it is back; runs elsewhere are shown meanwhile. The gateway says:',
    },
    OVERLOADED: {
      title: 'The gateway has too much to do',
      help: 'Try again in a while. The gateway says:',
    },
    TOO_MANY_REQUESTS: {
      title: 'You ask for more than one may at once',
      help: 'Close other tabs that show runs, or wait a minute, and try again. The gateway says:',
    },
    QUERY_TIMEOUT: {
      title: 'The gateway took too long',
      help: 'Try again, or have less shown at once. The gateway says:',
    },
  },
  {
    RUN_NOT_FOUND: { title: '没有这个运行', help: '它可能已被删除，或位于其他存储目录中。' },
    DATA_UNREADABLE: { title: '无法读取该运行的文件', help: '请确认网关有权读取该文件，然后重试。网关返回：' },
    RUN_TOO_LARGE: {
      title: '该运行过大',
      help: '请用更大的 --cache-size 启动网关，或减少单个运行记录的指标数。网关返回：',
    },
    STORAGE_TIMEOUT: {
      title: '该运行所在的存储没有响应',
      help: '挂载可能已断开。请在恢复后重试；其他位置的运行仍可查看。网关返回：',
    },
    OVERLOADED: { title: '网关过载', help: '请稍后重试。网关返回：' },
    TOO_MANY_REQUESTS: {
      title: '请求过多',
      help: '请关闭其他显示运行的标签页，或等待一分钟后重试。网关返回：',
    },
    QUERY_TIMEOUT: { title: '网关处理超时', help: '请重试，或减少同时显示的内容。网关返回：' },
  },
);

export function explain(error: unknown): Explanation {
  if (!(error instanceof QueryError)) return texts.broken;
  if (error.code === null) return texts.unreachable;
  return EXPLANATIONS[error.code] ?? texts.unknown;
}

/** The same in a line. */
export function failureText(error: unknown): string {
  const isPlain = error instanceof QueryError && (error.code === null || error.code === 'RUN_NOT_FOUND');
  if (isPlain) return explain(error).title;
  return error instanceof Error ? error.message : String(error);
}
