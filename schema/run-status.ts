import { builder } from './builder.ts';

export const RunStatusEnum = builder.enumType('RunStatus', {
  description:
    'Whether a run is running, or how it ended. One that says it is running though its process has died is FAILED.',
  values: {
    RUNNING: { value: 'running', description: 'It is still training.' },
    FINISHED: { value: 'finished', description: 'It came to its end.' },
    FAILED: { value: 'failed', description: 'An error, or the death of its process, ended it.' },
    INTERRUPTED: { value: 'interrupted', description: 'Somebody stopped it.' },
    UNKNOWN: { value: 'unknown', description: 'It has no status, or one that cannot be read.' },
  } as const,
});
