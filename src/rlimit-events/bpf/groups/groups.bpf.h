/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which groups a process matches. User space fills the maps and attaches what has to call
 * for a match (hooks/processes.bpf.h, hooks/changes.bpf.h) before it has everybody matched once (requests/requests.bpf.h),
 * so that nobody falls between the two.
 */
#ifndef RLIMIT_EVENTS_GROUPS_H
#define RLIMIT_EVENTS_GROUPS_H

#include "core/maps.bpf.h"
#include "kernel/owner.bpf.h"

/* Nobody has nested cgroups deeper than half of this. */
#define MAX_CGROUP_DEPTH 32

struct matching matching SEC(".data.matching");

/* What matches, and the groups that it is matched by. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct exe);
	__type(value, struct groups);
	__uint(max_entries, 4096);
} exes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, char[COMM_LENGTH]);
	__type(value, struct groups);
	__uint(max_entries, 4096);
} commands SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct groups);
	__uint(max_entries, 4096);
} users SEC(".maps");

/* By the id that a cgroup has as long as it is there: the inode number of its folder. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct groups);
	__uint(max_entries, 4096);
} cgroups SEC(".maps");

/* A cgroup that is made again has the path that it had, and another id. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, char[CGROUP_PATH_LENGTH]);
	__type(value, struct groups);
	__uint(max_entries, 4096);
} cgroup_paths SEC(".maps");

/* The set of levels of each combination that user space has met. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct groups);
	__type(value, __u32);
	__uint(max_entries, 16384);
} combinations SEC(".maps");

/* The levels of whoever is in these groups, of which there is one at least. */
static __always_inline __u32 set_of_groups(const void *groups)
{
	__u32 *set = bpf_map_lookup_elem(&combinations, groups);

	return set ? *set : PROVISIONAL_SET;
}

static __always_inline bool have_common(const struct groups *one, const struct groups *other)
{
	__u64 common = 0;

	for (int i = 0; i < GROUP_WORDS; i++)
		common |= one->words[i] & other->words[i];
	return common != 0;
}

/* Of a mask of one word that is the mask; of a longer one, whether there is anybody in it: no element is empty. */
static __always_inline __u64 mark_of(const struct groups *groups)
{
#ifdef MANY_GROUPS
	return groups != NULL;
#else
	return groups ? groups->words[0] : 0;
#endif
}

static __always_inline void read_exe(struct file *file, struct exe *exe)
{
	exe->inode = BPF_CORE_READ(file, f_inode, i_ino);
	exe->device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
}

static __always_inline void exe_of(struct mm_struct *mm, struct exe *exe)
{
	struct file *file = mm ? BPF_CORE_READ(mm, exe_file) : NULL;

	if (file)
		read_exe(file, exe);
}

static __always_inline struct groups *groups_of_exe(struct mm_struct *mm)
{
	struct exe exe = {};

	exe_of(mm, &exe);
	return bpf_map_lookup_elem(&exes, &exe);
}

static __always_inline struct groups *groups_of_command(const char *name)
{
	char key[COMM_LENGTH] = {};

	bpf_probe_read_kernel_str(key, sizeof(key), name);
	return bpf_map_lookup_elem(&commands, key);
}

static __always_inline const char *name_of(struct task_struct *leader)
{
	return (const char *)leader + bpf_core_field_offset(leader->comm);
}

/* The effective user, as ps(1) tells it; of a process it is the leader's. */
static __always_inline struct groups *groups_of_user(struct task_struct *leader)
{
	__u32 uid = BPF_CORE_READ(leader, real_cred, euid.val);

	return bpf_map_lookup_elem(&users, &uid);
}

static __always_inline __u64 cgroup_id(struct cgroup *cgroup)
{
	return BPF_CORE_READ(cgroup, kn, id);
}

struct climbing {
	__u64 cgroup;
	__u64 groups; /* the marks of all on the way */
};

/* From a cgroup to its parent: `ancestors` is another field before 6.1. */
LOOP_BODY climb(__u32 i, void *context)
{
	struct climbing *climbing = context;
	struct cgroup *cgroup = (void *)climbing->cgroup;
	__u64 id = cgroup_id(cgroup), parent;
	struct groups *groups = bpf_map_lookup_elem(&cgroups, &id);

	if (groups)
		climbing->groups |= mark_of(groups);
	parent = (__u64)BPF_CORE_READ(cgroup, self.parent);
	if (!parent)
		return 1;
	climbing->cgroup = parent - bpf_core_field_offset(struct cgroup, self);
	return 0;
}

static __always_inline __u64 groups_of_cgroup(struct task_struct *leader)
{
	struct climbing climbing = { .cgroup = (__u64)BPF_CORE_READ(leader, cgroups, dfl_cgrp) };

	LOOP(MAX_CGROUP_DEPTH, MAX_CGROUP_DEPTH, climb, &climbing);
	return climbing.groups;
}

/*
 * The mark of the groups that a process matches by some kinds. A global function, so that the
 * verifier walks it once; such a one takes numbers only, and reads everything by helpers. A leader
 * that has ended before its threads has no memory any more, so that this is by itself.
 */
__noinline __u64 find_groups(__u64 leader_address, __u64 mm, __u32 kinds)
{
	struct task_struct *leader = (void *)leader_address;
	__u64 groups = 0;

	/* The kernel's own have a user and a cgroup, and all of them one descriptor table. */
	if (BPF_CORE_READ(leader, flags) & PF_KTHREAD)
		return 0;
	if (kinds & MATCH_EXE)
		groups |= mark_of(groups_of_exe((void *)mm));
	if (kinds & MATCH_COMMAND)
		groups |= mark_of(groups_of_command(name_of(leader)));
	if (kinds & MATCH_USER)
		groups |= mark_of(groups_of_user(leader));
	if (kinds & MATCH_CGROUP)
		groups |= groups_of_cgroup(leader);
	/* What the owner does when it is told something would be told, too. */
	if (kinds & MATCH_ALL && (__u32)BPF_CORE_READ(leader, tgid) != owner_tgid)
		groups |= mark_of(&matching.all);
	return groups;
}

/*
 * In the place of enum match_kind: what a process matches stays as it is. A name that is being given is told before it is
 * there, so that who matches by it again meanwhile would undo what the hook has done.
 */
#define KEEP_MATCHES (1 << 12)

static __always_inline __u64 groups_of(struct task_struct *task, __u32 kinds)
{
	/* Read by a helper, which makes numbers of them. */
	return find_groups((__u64)BPF_CORE_READ(task, group_leader), (__u64)BPF_CORE_READ(task, mm), kinds);
}

#endif
