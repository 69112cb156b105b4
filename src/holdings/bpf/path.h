/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that have a path, and those that have at least a name.
 *
 * The way up is walked here, since an iterator may call bpf_d_path() only from 5.12 or so
 * on. Descriptors that follow one another often lie in one folder, which is walked once.
 */
#ifndef HELD_PATH_H
#define HELD_PATH_H

#include "record.h"

#define LONGEST_NAME 256
#define LONGEST_FOLDER 4096
/* Names and mounts on the way up; what lies deeper loses its uppermost folders. */
#define MOST_STEPS 64

/* The folder of the last file: its names up to the root, each with a zero at its end. */
struct {
	__u64 session;
	__u64 dentry;
	__u64 mount;
	__u32 length;
	char names[LONGEST_FOLDER];
} folder;

struct {
	__u64 dentry;
	__u64 mount;
} walk;

/*
 * One name, or from the root of a mount to where it is mounted; not 0: arrived. A global
 * function, since the verifier walks it once, and not at each turn of the loop.
 */
__noinline int walk_up(void)
{
	struct dentry *dentry = (void *)walk.dentry, *parent = BPF_CORE_READ(dentry, d_parent);
	struct mount *mount = (void *)walk.mount, *below;
	__u32 length = folder.length;
	long read;

	if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
		below = BPF_CORE_READ(mount, mnt_parent);
		walk.dentry = (__u64)BPF_CORE_READ(mount, mnt_mountpoint);
		walk.mount = (__u64)below;
		return !below || below == mount;
	}
	/* Not in a folder that is whole. */
	if (!parent || parent == dentry || length > LONGEST_FOLDER - LONGEST_NAME)
		return 1;
	read = bpf_probe_read_kernel_str(folder.names + length, LONGEST_NAME, BPF_CORE_READ(dentry, d_name.name));
	if (read > 0)
		folder.length = length + read;
	walk.dentry = (__u64)parent;
	return 0;
}

/* Names may have changed since another session. */
static __always_inline void walk_folder(__u64 dentry, __u64 mount, __u64 session)
{
	if (folder.session == session && folder.dentry == dentry && folder.mount == mount)
		return;
	folder.session = session;
	folder.dentry = dentry;
	folder.mount = mount;
	folder.length = 0;
	walk.dentry = dentry;
	walk.mount = mount;
	for (int i = 0; i < MOST_STEPS; i++)
		if (walk_up())
			break;
}

static __always_inline long read_name(const void *name)
{
	long read = bpf_probe_read_kernel_str(record.bytes, LONGEST_NAME, name);

	return read > 0 ? read : 0;
}

/* Its own name is in the record then, and those above it in `folder`. */
static __always_inline void describe_path(struct file *file, __u64 session)
{
	struct dentry *dentry = file->f_path.dentry, *parent = dentry->d_parent;
	/* Read by a helper, since the verifier lets little be done to a pointer that it follows. */
	__u64 vfsmount = (__u64)BPF_CORE_READ(file, f_path.mnt);
	__u64 mount = vfsmount - bpf_core_field_offset(struct mount, mnt);
	/* As the kernel's d_unlinked() has it. */
	bool is_deleted = !dentry->d_hash.pprev && parent != dentry;

	/* A root, which has the name of its mount: all is the folder's. */
	if (dentry == file->f_path.mnt->mnt_root) {
		begin_record(HELD_PATH, 0);
		walk_folder((__u64)dentry, mount, session);
	} else {
		begin_record(is_deleted ? HELD_DELETED_PATH : HELD_PATH, read_name(dentry->d_name.name));
		walk_folder((__u64)parent, mount, session);
	}
}

static __always_inline void describe_anonymous(struct file *file)
{
	long length = read_name(file->f_path.dentry->d_name.name);

	/* Namespaces, and pidfds from 6.9 or so on, are named by their file system only. */
	if (length <= 1 || record.bytes[0] == '/')
		length = read_name(file->f_inode->i_sb->s_type->name);
	begin_record(HELD_ANONYMOUS, length);
}

#endif
