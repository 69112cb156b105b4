/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process comes into groups, of which there are more than 64: no mask of theirs lies on the stack. Each is gone
 * through where it is, word by word: what the process matches, what its parent is in, and what the request says. So who
 * matches nothing pays for no word of it.
 */
#ifndef RLIMIT_EVENTS_MANY_WORDS_H
#define RLIMIT_EVENTS_MANY_WORDS_H

#include "groups/groups.bpf.h"
#include "looks/subject.bpf.h"

/* How a process comes into groups, in one number with enum match_kind. */
#define BY_PARENT (1 << 8)
#define BY_NAME (1 << 9)
#define AS_REQUESTED (1 << 10) /* it inherits what is asked for only, and what is given, taken and removed is in the request */
#define FOR_SOME_REASON (1 << 11) /* there is one for a group already */

/* Why a process is in groups, or not any more, besides what it is to be matched by. */
struct reasons {
	__u32 how;
	__u64 by; /* the tgid of the parent, or where the name is */
};

/* It has this name from now on. False: that is no reason for anything. */
static __always_inline bool matches_name(struct reasons *reasons, const char *name)
{
	if (!groups_of_command(name))
		return false;
	reasons->how = BY_NAME | FOR_SOME_REASON;
	reasons->by = (__u64)name;
	return true;
}

/* A global function, see looks/levels.bpf.h. */
__noinline int inherits_some(__u32 parent, __u32 as_requested)
{
	struct membership *membership = membership_of(parent);
	__u64 some = 0;

	if (!membership)
		return 0;
	for (int i = 0; i < GROUP_WORDS; i++)
		some |= membership->all.words[i] & matching.inheriting.words[i] &
			(as_requested ? request.groups.words[i] : ~0ULL);
	return some != 0;
}

static __always_inline void inherit(struct reasons *reasons, const struct subject *parent, __u32 parent_tgid)
{
	if (!matching.inherits || !inherits_some(parent_tgid, false))
		return;
	reasons->how = BY_PARENT | FOR_SOME_REASON;
	reasons->by = parent_tgid;
}

/*
 * Parents are mostly visited before their children: user space has everybody visited until
 * nothing changes.
 */
static __always_inline void set_reasons(struct reasons *reasons, struct task_struct *leader,
					const struct request *request)
{
	__u32 parent = BPF_CORE_READ(leader, real_parent, tgid);

	reasons->how = AS_REQUESTED | BY_PARENT;
	reasons->by = parent;
	if (request->gives || inherits_some(parent, true))
		reasons->how |= FOR_SOME_REASON;
}

static __always_inline bool gives(const struct reasons *reasons)
{
	return (reasons->how & AS_REQUESTED) && request.gives;
}

/* Is there one to be in a group? */
static __always_inline __u64 has_some(const struct reasons *reasons)
{
	return reasons->how & FOR_SOME_REASON;
}

static __always_inline void join(struct groups *groups, const struct groups *more)
{
	if (!more)
		return;
	for (int i = 0; i < GROUP_WORDS; i++)
		groups->words[i] |= more->words[i];
}

struct climbing_on {
	__u64 cgroup;
	__u32 tgid;
};

/* As climb(). */
LOOP_BODY climb_on(__u32 i, void *context)
{
	struct climbing_on *climbing = context;
	struct cgroup *cgroup = (void *)climbing->cgroup;
	__u64 id = cgroup_id(cgroup), parent;
	struct groups *groups = bpf_map_lookup_elem(&cgroups, &id);
	struct membership *membership = groups ? membership_of(climbing->tgid) : NULL;

	if (membership)
		join(&membership->own, groups);
	parent = (__u64)BPF_CORE_READ(cgroup, self.parent);
	if (!parent)
		return 1;
	climbing->cgroup = parent - bpf_core_field_offset(struct cgroup, self);
	return 0;
}

/* As find_groups(). */
static __always_inline void match_by(__u32 tgid, struct membership *membership, struct task_struct *leader, __u64 mm,
				     __u32 kinds)
{
	struct groups *own = &membership->own;

	if (BPF_CORE_READ(leader, flags) & PF_KTHREAD)
		return;
	if (kinds & MATCH_EXE)
		join(own, groups_of_exe((void *)mm));
	if (kinds & MATCH_COMMAND)
		join(own, groups_of_command(name_of(leader)));
	if (kinds & MATCH_USER)
		join(own, groups_of_user(leader));
	if (kinds & MATCH_CGROUP) {
		struct climbing_on climbing = { .cgroup = (__u64)BPF_CORE_READ(leader, cgroups, dfl_cgrp), .tgid = tgid };

		LOOP(MAX_CGROUP_DEPTH, MAX_CGROUP_DEPTH, climb_on, &climbing);
	}
	if (kinds & MATCH_ALL && (__u32)BPF_CORE_READ(leader, tgid) != owner_tgid)
		join(own, &matching.all);
}

/*
 * The parent may end meanwhile, and its element be another's: so what it has is put where it is of no consequence yet,
 * and counts if the element is still there after that.
 */
static __always_inline void inherit_from(struct membership *membership, __u32 parent_tgid, bool as_requested)
{
	struct membership *parent = membership_of(parent_tgid);

	if (!parent)
		return;
	for (int i = 0; i < GROUP_WORDS; i++)
		membership->own.words[i] = *(volatile __u64 *)&parent->all.words[i] & matching.inheriting.words[i] &
					   (as_requested ? request.groups.words[i] : ~0ULL);
	if (membership_of(parent_tgid) == parent)
		join(&membership->inherited, &membership->own);
}

static __always_inline void do_as_requested(struct membership *membership)
{
	for (int i = 0; i < GROUP_WORDS; i++) {
		__u64 removed = request.removed.words[i];

		membership->given.words[i] = (membership->given.words[i] | request.given.words[i]) &
					     ~(request.taken.words[i] | removed);
		membership->inherited.words[i] &= ~removed;
	}
}

/* What has come of it, a bit for each. */
#define WAS_IN_SOME 1
#define IS_IN_SOME 2
#define IS_IN_OTHERS 4

/* Lock of the subject held. A global function, see looks/levels.bpf.h. */
__noinline int match_all_anew(__u32 tgid, __u64 leader_address, __u64 mm, __u32 how, __u64 by)
{
	struct membership *membership = membership_of(tgid);
	__u64 before = 0, after = 0, other = 0;

	if (!membership) {
		if (!(how & FOR_SOME_REASON) && !find_groups(leader_address, mm, how))
			return 0;
		if (bpf_map_update_elem(&memberships, &tgid, &in_no_group, BPF_NOEXIST)) {
			count_loss(LOSS_PROCESSES);
			return 0;
		}
		membership = membership_of(tgid);
		if (!membership)
			return 0;
	}
	if (how & BY_PARENT)
		inherit_from(membership, by, how & AS_REQUESTED);
	if (!(how & KEEP_MATCHES)) {
		__builtin_memset(&membership->own, 0, sizeof(membership->own));
		match_by(tgid, membership, (void *)leader_address, mm, how);
	}
	if (how & BY_NAME)
		join(&membership->own, groups_of_command((const char *)by));
	if (how & AS_REQUESTED)
		do_as_requested(membership);
	for (int i = 0; i < GROUP_WORDS; i++) {
		__u64 was = membership->all.words[i];
		__u64 is = membership->own.words[i] | membership->given.words[i] | membership->inherited.words[i];

		*(volatile __u64 *)&membership->all.words[i] = is;
		before |= was;
		after |= is;
		other |= was ^ is;
	}
	return (before ? WAS_IN_SOME : 0) | (after ? IS_IN_SOME : 0) | (other ? IS_IN_OTHERS : 0);
}

/* Whether a process was in groups, and is. */
struct move {
	bool before;
	bool after;
	bool others;
};

static __always_inline bool is_elsewhere(const struct move *move)
{
	return move->others;
}

/* Lock held. */
static __always_inline void match_anew(struct move *move, struct task_struct *task, struct subject *subject, __u32 kinds,
				       const struct reasons *reasons)
{
	int result = match_all_anew(subject->tgid, (__u64)BPF_CORE_READ(task, group_leader),
				    (__u64)BPF_CORE_READ(task, mm), kinds | reasons->how, reasons->by);

	move->before = result & WAS_IN_SOME;
	move->after = result & IS_IN_SOME;
	move->others = result & IS_IN_OTHERS;
}

/* The levels of the groups that it is in. Lock held. */
static __always_inline __u32 set_after(const struct move *move, const struct subject *subject)
{
	struct membership *membership = move->after ? membership_of(subject->tgid) : NULL;

	return membership ? set_of_groups(&membership->all) : 0;
}

#endif
