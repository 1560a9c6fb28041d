import { expect, it, onTestFinished, vi } from 'vitest';
import { processLives } from '../../src/runs/process-life.ts';
import { endedProcess, livingProcess, zombieProcess } from './processes.ts';

const now = () => Date.now() / 1000;

/** From now on, or after what was set to be answered once, signals meet this error. */
function refuseSignal(code: string): void {
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error(code), { code, syscall: 'kill' });
  });
  onTestFinished(() => kill.mockRestore());
}

it('a process lives until it ends', async () => {
  expect(await processLives(process.pid, null)).toBe(true);
  expect(await processLives(await livingProcess(), null)).toBe(true);
  expect(await processLives(await endedProcess(), null)).toBe(false);
});

it('a process of somebody else lives', async () => {
  refuseSignal('EPERM');
  expect(await processLives(process.pid, null)).toBe(true);
});

it('a process that was there at the time is the one', async () => {
  const pid = await livingProcess();
  expect(await processLives(pid, now())).toBe(true);
  expect(await processLives(pid, now() + 3600)).toBe(true);
});

it('a process that started later only has the same id', async () => {
  const pid = await livingProcess();
  expect(await processLives(pid, now() - 60)).toBe(false);
  expect(await processLives(pid, 0)).toBe(false);
});

it('clocks may differ by a second', async () => {
  const pid = await livingProcess();
  expect(await processLives(pid, now() - 1)).toBe(true);
});

it('a zombie does not live', async () => {
  const pid = await zombieProcess();
  await vi.waitFor(async () => expect(await processLives(pid, null)).toBe(false), { interval: 1 });
});

it('a process of which the system tells nothing lives as long as it takes signals', async () => {
  const pid = await endedProcess();
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  onTestFinished(() => kill.mockRestore());
  expect(await processLives(pid, null)).toBe(true);
  // It ends between the two looks.
  kill.mockReturnValueOnce(true);
  refuseSignal('ESRCH');
  expect(await processLives(pid, null)).toBe(false);
});

it.each([null, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 53])('%s is no process', async (pid) => {
  expect(await processLives(pid, null)).toBe(false);
});
