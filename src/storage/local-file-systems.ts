import { statfs } from 'node:fs';

/** File systems (`f_type` of statfs(2)) that only this machine writes to, so that Linux tells of every change in them. */
const LOCAL: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x3153464a, // JFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** Whether `path` is on a file system that only this machine writes to; on other systems than Linux that is not known: false. */
export function isLocal(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    statfs(path, (error, stats) => {
      if (error === null) resolve(process.platform === 'linux' && LOCAL.has(stats.type));
      else reject(error);
    });
  });
}
