import type { RunStatus } from '../api/generated/graphql.ts';
import { inLanguage } from './language.ts';
import './status.css';

export const statusNames: Readonly<Record<RunStatus, string>> = inLanguage(
  { RUNNING: 'running', FINISHED: 'finished', FAILED: 'failed', INTERRUPTED: 'interrupted', UNKNOWN: 'unknown' },
  { RUNNING: '运行中', FINISHED: '已完成', FAILED: '失败', INTERRUPTED: '已中断', UNKNOWN: '未知' },
);

/** A shape each, since colours alone tell nothing to some. */
const SHAPES: Readonly<Record<RunStatus, string>> = {
  RUNNING: '▶',
  FINISHED: '✓',
  FAILED: '✕',
  INTERRUPTED: '■',
  UNKNOWN: '?',
};

/** How a run is: a shape, a colour and a word. */
export function Status({ status }: { readonly status: RunStatus }) {
  return (
    <span class={`status status-${status.toLowerCase()}`}>
      <span aria-hidden="true">{SHAPES[status]}</span> {statusNames[status]}
    </span>
  );
}
