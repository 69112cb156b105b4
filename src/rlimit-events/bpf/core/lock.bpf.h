/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A lock for each subject.
 *
 * Whoever holds it may not be at work: a hypervisor takes his CPU away, or an interrupt is long;
 * and where the kernel preempts, he is off his CPU: not in a kprobe, a classic tracepoint program
 * or within the lock of a run queue, where nobody is preempted; but in an iterator's program, which
 * user space runs, and in a trampoline or a BTF tracepoint that was forced where it is not exact.
 * So who waits in vain says that something may be missed (observe() in looks/subject.bpf.h).
 * bpf_preempt_disable() would help from 6.10 on, but until 6.13 or so no global function may be
 * called with it, and a look calls several.
 *
 * bpf_spin_lock() would not do: kprobes may not use it, and no
 * helper may be called with it held.
 */
#ifndef RLIMIT_EVENTS_LOCK_H
#define RLIMIT_EVENTS_LOCK_H

#include "core/maps.bpf.h"

/*
 * How long the lock is waited for: a millisecond or two, by when its holder has counted a
 * table of a million, and been interrupted besides. Whoever gives up sooner may have undone
 * his change before anybody looks, and its crossing is missed.
 */
#ifdef LEGACY
#define LOCK_TRIES 512
#define IDLE_ROUNDS 64

/* An insertion is the one thing of such a kernel that only one of two can do. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct subject_key);
	__type(value, __u32);
	__uint(max_entries, 4096);
} locks SEC(".maps");

static __always_inline bool try_lock(struct subject *subject, struct subject_key key)
{
	__u32 held = 1;

	return bpf_map_update_elem(&locks, &key, &held, BPF_NOEXIST) == 0;
}

static __always_inline void unlock(struct subject *subject, struct subject_key key)
{
	bpf_map_delete_elem(&locks, &key);
}

/* The lock of a subject that is about to be inserted. */
static __always_inline bool lock_fresh(struct subject *fresh, struct subject_key key)
{
	return try_lock(fresh, key);
}

#else
/* A microsecond. */
#define LOCK_TRIES 1024
#define IDLE_ROUNDS 16

static __always_inline bool try_lock(struct subject *subject, struct subject_key key)
{
	return __sync_val_compare_and_swap(&subject->lock, 0, 1) == 0;
}

static __always_inline void unlock(struct subject *subject, struct subject_key key)
{
	__sync_lock_test_and_set(&subject->lock, 0);
}

static __always_inline bool lock_fresh(struct subject *fresh, struct subject_key key)
{
	fresh->lock = 1;
	return true;
}

#endif

#define SPINS 64

LOOP_BODY idle(__u32 round, void *context)
{
	for (__u32 i = 0; i < SPINS; i++)
		/* Without it the compiler sees that all this does nothing, and leaves it out. */
		barrier();
	return 0;
}

#ifdef LEGACY
/* Global, so that the verifier walks it once. */
__noinline int spin(void)
{
	LOOP(IDLE_ROUNDS, IDLE_ROUNDS, idle, NULL);
	return 0;
}

/* A global function, too. */
__noinline int wait_for_lock(__u32 tgid, __u32 resource)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (try_lock(NULL, key))
			return true;
		spin();
	}
	return false;
}

static __always_inline bool lock(struct subject *subject, struct subject_key key)
{
	return try_lock(subject, key) || wait_for_lock(key.tgid, key.resource);
}
#else
struct locking {
	struct subject *subject;
	struct subject_key key;
	__u32 locked;
};

LOOP_BODY lock_or_spin(__u32 i, void *context)
{
	struct locking *locking = context;

	locking->locked = try_lock(locking->subject, locking->key);
	if (locking->locked)
		return 1;
	LOOP(IDLE_ROUNDS, IDLE_ROUNDS, idle, NULL);
	return 0;
}

static __always_inline bool lock(struct subject *subject, struct subject_key key)
{
	struct locking locking = { .subject = subject, .key = key };

	if (try_lock(subject, key))
		return true;
	LOOP(LOCK_TRIES, LOCK_TRIES, lock_or_spin, &locking);
	return locking.locked;
}
#endif

#endif
