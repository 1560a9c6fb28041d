import { builder } from './builder.ts';

export const RunStatusEnum = builder.enumType('RunStatus', {
  description: 'How a run stands. One that says it is running though its process has died is FAILED.',
  values: {
    RUNNING: { value: 'running' },
    FINISHED: { value: 'finished' },
    FAILED: { value: 'failed' },
    INTERRUPTED: { value: 'interrupted' },
    UNKNOWN: { value: 'unknown', description: 'It has no status, or one that cannot be read.' },
  } as const,
});
