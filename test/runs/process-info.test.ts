import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { inspectProcess, inspectWithProc, inspectWithPs, parsePs } from '../../src/runs/process-info.ts';
import { endedProcess, livingProcess, zombieProcess } from './processes.ts';

const isLinux = process.platform === 'linux';
const hasPs = ['/bin/ps', '/usr/bin/ps'].some(existsSync);

describe.each([
  ['the system', inspectProcess, true],
  ['/proc', inspectWithProc, isLinux],
  ['ps', inspectWithPs, hasPs],
])('%s', (_, inspect, isPossible) => {
  it.runIf(isPossible)('tells when a process started', async () => {
    const before = Date.now() / 1000;
    const info = await inspect(await livingProcess());
    expect(info?.isZombie).toBe(false);
    // ps knows whole seconds.
    expect(info?.startedAt).toBeGreaterThan(before - 2);
    expect(info?.startedAt).toBeLessThan(Date.now() / 1000 + 2);
  });

  it.runIf(isPossible)('tells a zombie', async () => {
    const pid = await zombieProcess();
    await vi.waitFor(async () => expect(await inspect(pid)).toMatchObject({ isZombie: true }), { interval: 1 });
  });

  it.runIf(isPossible)('tells nothing of a process that has ended', async () => {
    expect(await inspect(await endedProcess())).toBeUndefined();
  });
});

it.runIf(isLinux)('a process may have any name', async () => {
  expect(await inspectWithProc(await livingProcess(') Z 1 (\n'))).toMatchObject({ isZombie: false });
});

it('a system without ps tells nothing', async () => {
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(await inspectWithPs(process.pid)).toBeUndefined();
});

it.each([
  ['Ss   Tue Nov 24 11:20:31 2026    \n', { isZombie: false, startedAt: Date.UTC(2026, 10, 24, 11, 20, 31) / 1000 }],
  ['R+   Sun Mar  1 00:00:00 2026\n', { isZombie: false, startedAt: Date.UTC(2026, 2, 1) / 1000 }],
  ['Z    Sat Feb 29 23:59:59 2020', { isZombie: true, startedAt: Date.UTC(2020, 1, 29, 23, 59, 59) / 1000 }],
  ['', undefined],
  ['\n', undefined],
  ['S    2026-11-24 11:20:31', undefined],
])('reads what ps prints: %j', (line, info) => {
  expect(parsePs(line)).toEqual(info);
});
