/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that have a path, and those that have at least a name. */
#ifndef HELD_PATH_H
#define HELD_PATH_H

#include "record.h"

#define LONGEST_NAME 256

#ifdef LEGACY

/* Names and mounts on the way up; what lies deeper loses its uppermost folders. */
#define MOST_STEPS 64

struct {
	__u64 dentry;
	__u64 mount;
	__u32 length;
} walk;

/*
 * One name, or from the root of a mount to where it is mounted; not 0: arrived. A global
 * function, since the verifier walks it once, and not at each turn of the loop.
 */
__noinline int walk_up(void)
{
	struct dentry *dentry = (void *)walk.dentry, *parent = BPF_CORE_READ(dentry, d_parent);
	struct mount *mount = (void *)walk.mount, *below;
	__u32 length = walk.length;
	long read;

	if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		below = BPF_CORE_READ(mount, mnt_parent);
		walk.dentry = (__u64)BPF_CORE_READ(mount, mnt_mountpoint);
		walk.mount = (__u64)below;
		return !below || below == mount;
	}
	/* Not in a folder that is whole. */
	if (!parent || parent == dentry || length > LONGEST_RECORD - LONGEST_NAME)
		return 1;
	read = bpf_probe_read_kernel_str(record.bytes + length, LONGEST_NAME, BPF_CORE_READ(dentry, d_name.name));
	if (read > 0)
		walk.length = length + read;
	walk.dentry = (__u64)parent;
	return 0;
}

/* As the kernel's d_unlinked() has it. */
static __always_inline bool is_deleted(struct dentry *dentry)
{
	return !BPF_CORE_READ(dentry, d_hash.pprev) && BPF_CORE_READ(dentry, d_parent) != dentry;
}

/* An iterator may call bpf_d_path() from 5.12 or so on. */
static __always_inline void describe_path(struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);

	walk.dentry = (__u64)dentry;
	walk.mount = (__u64)BPF_CORE_READ(file, f_path.mnt) - bpf_core_field_offset(struct mount, mnt);
	walk.length = 0;
	for (int i = 0; i < MOST_STEPS; i++)
		if (walk_up())
			break;
	begin_record(is_deleted(dentry) ? HELD_DELETED_NAMES : HELD_NAMES, walk.length);
}

#else

static __always_inline void describe_path(struct file *file)
{
	long length = bpf_d_path(&file->f_path, record.bytes, sizeof(record.bytes));

	begin_record(HELD_PATH, length > 0 ? length : 0);
}

#endif

static __always_inline long read_name(const void *name)
{
	long read = bpf_probe_read_kernel_str(record.bytes, LONGEST_NAME, name);

	return read > 0 ? read : 0;
}

static __always_inline void describe_anonymous(struct file *file)
{
	long length = read_name(BPF_CORE_READ(file, f_path.dentry, d_name.name));

	/* Namespaces, and pidfds from 6.9 or so on, are named by their file system only. */
	if (length <= 1 || record.bytes[0] == '/')
		length = read_name(BPF_CORE_READ(file, f_inode, i_sb, s_type, name));
	begin_record(HELD_ANONYMOUS, length);
}

#endif
