import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { reportedStatus, toStatus } from '../../src/runs/run-status.ts';
import { endedProcess, livingProcess } from './processes.ts';

const run = { status: 'running', hostname: hostname(), pid: process.pid, startedAt: null } as const;

it('a run of this host runs as long as its process lives', async () => {
  const startedAt = Date.now() / 1000;
  expect(await reportedStatus({ ...run, pid: await livingProcess(), startedAt })).toBe('running');
  expect(await reportedStatus({ ...run, pid: await endedProcess(), startedAt })).toBe('failed');
});

it('a run whose process id was given to a later process has failed', async () => {
  const startedAt = Date.now() / 1000 - 3600;
  expect(await reportedStatus({ ...run, pid: await livingProcess(), startedAt })).toBe('failed');
});

it('a run of this host without a process id has failed', async () => {
  expect(await reportedStatus({ ...run, pid: null })).toBe('failed');
});

it.each([null, '', 'elsewhere', `${hostname()}.example`])('a run of the host %j is believed', async (host) => {
  expect(await reportedStatus({ ...run, hostname: host, pid: 0 })).toBe('running');
});

it.each(['finished', 'failed', 'interrupted', 'unknown'] as const)('a run that is %s stays so', async (status) => {
  expect(await reportedStatus({ ...run, status, pid: 0 })).toBe(status);
});

it.each([undefined, null, '', 'RUNNING', 'exploded', 'unknown', 1, ['running'], {}])('%j is no status', (value) => {
  expect(toStatus(value)).toBe('unknown');
});
