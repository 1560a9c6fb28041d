/** What the operator is told: faults, warnings, what was asked, and also what machines ask every few seconds. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
