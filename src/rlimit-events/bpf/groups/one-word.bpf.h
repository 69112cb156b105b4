/* SPDX-License-Identifier: GPL-2.0-only */
/* A process comes into groups, of which there are at most 64: their masks are numbers. */
#ifndef RLIMIT_EVENTS_ONE_WORD_H
#define RLIMIT_EVENTS_ONE_WORD_H

#include "groups/groups.bpf.h"
#include "looks/subject.bpf.h"

/* Why a process is in groups, or not any more, besides what it is to be matched by. */
struct reasons {
	__u64 matched; /* the groups that it matches by the other kinds */
	__u64 inherited;
	__u64 given;
	__u64 taken;
	__u64 removed;
};

/* It has this name from now on. False: that is no reason for anything. */
static __always_inline bool matches_name(struct reasons *reasons, const char *name)
{
	reasons->matched = mark_of(groups_of_command(name));
	return reasons->matched != 0;
}

static __always_inline void inherit(struct reasons *reasons, const struct subject *parent, __u32 parent_tgid)
{
	reasons->inherited = groups_in(parent) & matching.inheriting.words[0];
}

/*
 * What a process inherits from the parent that it has now, of the groups that are asked
 * for. Parents are mostly visited before their children: user space has everybody visited
 * until nothing changes.
 */
static __always_inline __u64 inherited_now(struct task_struct *leader, const struct request *request)
{
	struct subject *parent = find_subject(BPF_CORE_READ(leader, real_parent, tgid));

	return parent ? groups_in(parent) & matching.inheriting.words[0] & request->groups.words[0] : 0;
}

static __always_inline void set_reasons(struct reasons *reasons, struct task_struct *leader,
					const struct request *request)
{
	reasons->inherited = inherited_now(leader, request);
	reasons->given = request->given.words[0];
	reasons->taken = request->taken.words[0];
	reasons->removed = request->removed.words[0];
}

static __always_inline bool gives(const struct reasons *reasons)
{
	return reasons->given != 0;
}

/* Is there one to be in a group? */
static __always_inline __u64 has_some(const struct reasons *reasons)
{
	return reasons->matched | reasons->inherited | reasons->given;
}

/* The groups that a process was in, and is in. */
struct move {
	__u64 before;
	__u64 after;
};

static __always_inline bool is_elsewhere(const struct move *move)
{
	return move->before != move->after;
}

/* Lock held. */
static __always_inline void match_anew(struct move *move, struct task_struct *task, struct subject *subject, __u32 kinds,
				       const struct reasons *reasons)
{
	move->before = groups_in(subject);
	if (!(kinds & KEEP_MATCHES))
		subject->own = reasons->matched | groups_of(task, kinds);
	subject->given = (subject->given | reasons->given) & ~(reasons->taken | reasons->removed);
	subject->inherited = (subject->inherited | reasons->inherited) & ~reasons->removed;
	move->after = groups_in(subject);
}

/* The levels of the groups that it is in. Lock held. */
static __always_inline __u32 set_after(const struct move *move, const struct subject *subject)
{
	/* A copy, so that the move itself need not be on the stack, which is full without BTF. */
	__u64 groups = move->after;

	return groups ? set_of_groups(&groups) : 0;
}

#endif
