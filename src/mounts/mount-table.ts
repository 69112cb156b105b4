import { readFileSync } from 'node:fs';

/** What the kernel answers for by itself, or with a disk of this machine. */
const OF_THIS_MACHINE = new Set([
  ...['bcachefs', 'btrfs', 'erofs', 'exfat', 'ext2', 'ext3', 'ext4', 'f2fs', 'iso9660', 'jffs2', 'jfs'],
  ...['ntfs3', 'overlay', 'reiserfs', 'squashfs', 'ubifs', 'udf', 'vfat', 'xfs', 'zfs'],
  ...['binfmt_misc', 'bpf', 'cgroup', 'cgroup2', 'configfs', 'debugfs', 'devpts', 'devtmpfs', 'efivarfs'],
  ...['fusectl', 'hugetlbfs', 'mqueue', 'nsfs', 'proc', 'pstore', 'ramfs', 'rootfs', 'rpc_pipefs'],
  ...['securityfs', 'selinuxfs', 'sysfs', 'tmpfs', 'tracefs'],
]);

/**
 * Where something is mounted that somebody else has to answer for: a server (NFS, CIFS, Ceph), a program (FUSE, as
 * sshfs), an automounter. Not what `/` is: without it no program would run.
 */
export function foreignMounts(table = mountTable()): string[] {
  const places = table.split('\n').flatMap((line) => {
    // Between the mount point and the type are fields of any number (proc_pid_mountinfo(5)).
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , point] = before.split(' ');
    const [type = ''] = after.split(' ', 1);
    return point === undefined || point === '/' || OF_THIS_MACHINE.has(type) ? [] : [unescaped(point)];
  });
  return [...new Set(places)];
}

let lastTable = '';

/**
 * As it was before where it cannot be read now, for want of a descriptor. Node.js may be kept from reading it at all
 * (--permission): whatever is asked for next says so, by its own name.
 */
function mountTable(): string {
  try {
    lastTable = readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    // As it was.
  }
  return lastTable;
}

/** Blanks and backslashes are in octal (mangle() in fs/seq_file.c). Other bytes than those of UTF-8 are in no configuration. */
function unescaped(place: string): string {
  return place.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
