import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findTool } from '../support/tools.ts';

const UNIT = fileURLToPath(new URL('../../deploy/runlens.service', import.meta.url));
/** In tenths, as systemd-analyze takes it: what docs/deploy.md tells. */
const MOST_EXPOSURE = 15;

describe('the service of systemd', () => {
  const analyze = findTool('systemd-analyze', ['systemd-analyze'], ['--version']);
  const run = (args: readonly string[]) => promisify(execFile)(analyze ?? '', args);

  it.runIf(analyze)('has nothing that systemd does not know', async () => {
    expect(await run(['verify', UNIT])).toEqual({ stdout: '', stderr: '' });
  });

  it.runIf(analyze)(`is exposed to ${MOST_EXPOSURE / 10} of 10 at most`, async () => {
    const args = ['security', '--offline=true', '--no-pager', `--threshold=${MOST_EXPOSURE}`, UNIT];
    expect((await run(args)).stdout).toContain('Overall exposure level');
  });
});
