import { expect, it } from 'vitest';
import { mountPoints } from '../../src/storage/mounts.ts';

it('mount points are taken from the table of the system, longest first, each once', () => {
  const table = [
    '22 1 0:20 / / rw,relatime - overlay overlay rw',
    '30 22 0:45 / /data rw shared:1 - nfs4 server:/data rw',
    '31 30 0:46 / /data/old\\040runs rw - nfs4 server:/old rw',
    '32 22 0:45 / /data rw - nfs4 server:/data rw',
    '',
  ].join('\n');
  expect(mountPoints(table)).toEqual(['/data/old runs', '/data', '/']);
});
