/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the levels of a set are, and which of them a value has reached. They are searched by
 * halves: so a look at 64 levels takes six comparisons more than one at a single level.
 */
#ifndef RLIMIT_EVENTS_LEVELS_H
#define RLIMIT_EVENTS_LEVELS_H

#include "kernel/bits.bpf.h"
#include "core/maps.bpf.h"

/* A level that no value reaches. Every other number here is smaller. */
#define NEVER (1ULL << 62)
/* Taken for the limit of the unlimited: any share of it is more than any value. */
#define UNLIMITED (10000ULL << 48)
/* How often MAX_LEVELS can be halved, and the last one looked at. */
#define HALVES 7

static __always_inline __u64 level_at(const struct level *level, __u64 limit)
{
	/* limit * share would overflow for the largest limits */
	return level->value + limit / 10000 * level->share +
	       (limit % 10000 * level->share + level->rounding) / 10000;
}

struct search {
	const struct level_set *set;
	__u64 value;
	__u64 limit;
	__u64 reached; /* a bit for each level that is not above the value */
	__u64 below; /* the highest of these */
	__u64 above; /* the lowest of the others */
};

/*
 * A comparison has no branch, of which the verifier would follow both sides each time anew,
 * and nothing is called: before 6.4 it would then take every number for precise.
 */
LOOP_BODY search_kind(__u32 kind, void *context)
{
	struct search *search = context;
	const struct level_set *set = search->set;
	__u64 reached = 0, below = 0, above = NEVER;
	__u32 begin, low, high;

	if (kind >= LEVEL_KINDS)
		return 1;
	begin = low = set->begins[kind];
	high = set->begins[kind + 1];
	for (int half = 0; half < HALVES && low < high; half++) {
		__u32 middle = (low + high) / 2 % MAX_LEVELS;
		__u64 level = level_at(&set->levels[middle], search->limit);
		__u64 is_above = ones_if_less(search->value, level);

		low += (middle + 1 - low) & ~is_above;
		high += (middle - high) & is_above;
		below += (level - below) & ~is_above;
		above += (level - above) & is_above;
		/* From the first of the kind to this one; 2 << 63 is 0. */
		reached += ((2ULL << middle) - (1ULL << begin) - reached) & ~is_above;
	}
	search->reached |= reached;
	search->below += (below - search->below) & ones_if_less(search->below, below);
	search->above += (above - search->above) & ones_if_less(above, search->above);
	return 0;
}

/*
 * The levels that are not above the value, a bit for each; and the nearest below and above.
 *
 * A global function, as some others: such a one takes numbers only and looks the subject up
 * again. That costs a look-up for a crossing, which is rare, and lets the verifier walk it
 * once, so that loading takes milliseconds and not a second.
 */
__noinline __u64 find_levels(__u32 tgid, __u32 resource)
{
	struct subject_key key = { .tgid = tgid, .resource = resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	struct level_set *set = subject ? bpf_map_lookup_elem(&level_sets, &subject->set) : NULL;
	struct search search = { .above = NEVER };

	if (!set)
		return 0;
	search.set = set;
	search.value = subject->value;
	/* Shares of more would not be numbers that can be compared here. */
	search.limit = subject->limit < UNLIMITED ? subject->limit : UNLIMITED;
	if (set->step) {
		search.below = subject->value - subject->value % set->step;
		search.above = search.below + set->step;
	}
	LOOP(LEVEL_KINDS, LEVEL_KINDS, search_kind, &search);
	subject->low = search.below;
	subject->high = search.above;
	return search.reached;
}

#endif
