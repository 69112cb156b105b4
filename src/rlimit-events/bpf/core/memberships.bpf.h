/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where it is noted which groups a process is in. A mask of one word lies in its subject; longer ones have a map of
 * their own, in which only who has been in a group has an element: they would not fit onto the stack, where a subject
 * is put together.
 */
#ifndef RLIMIT_EVENTS_MEMBERSHIPS_H
#define RLIMIT_EVENTS_MEMBERSHIPS_H

#include "core/maps.bpf.h"

#ifdef MANY_GROUPS
/* By the tgid. As many as there are subjects, and some for who has ended and is being told of. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct membership);
	__uint(max_entries, 16384);
} memberships SEC(".maps");

/* To be inserted. */
const struct membership in_no_group SEC(".rodata.in_no_group") = {};

static __always_inline struct membership *membership_of(__u32 tgid)
{
	return bpf_map_lookup_elem(&memberships, &tgid);
}

/* As it is to be told: who has levels of his own is in no group meanwhile. The room is empty. */
static __always_inline void tell_groups(struct groups *room, const struct subject *subject)
{
	struct membership *membership = subject->direct ? NULL : membership_of(subject->tgid);

	if (membership)
		__builtin_memcpy(room, &membership->all, sizeof(*room));
}

/* Before the subject's lock is given back, or when its process can have no other one. */
static __always_inline void forget_membership(__u32 tgid)
{
	bpf_map_delete_elem(&memberships, &tgid);
}

#else
static __always_inline __u64 groups_in(const struct subject *subject)
{
	return subject->own | subject->given | subject->inherited;
}

static __always_inline void tell_groups(struct groups *room, const struct subject *subject)
{
	if (!subject->direct)
		room->words[0] = groups_in(subject);
}

static __always_inline void forget_membership(__u32 tgid)
{
}
#endif

#endif
