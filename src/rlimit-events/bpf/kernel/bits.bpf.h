/* SPDX-License-Identifier: GPL-2.0-only */
/* What BPF has no instruction for, without a branch: the verifier would follow both sides. */
#ifndef RLIMIT_EVENTS_BITS_H
#define RLIMIT_EVENTS_BITS_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

static __always_inline __u32 popcount(__u64 word)
{
	word -= (word >> 1) & 0x5555555555555555ULL;
	word = (word & 0x3333333333333333ULL) + ((word >> 2) & 0x3333333333333333ULL);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (word * 0x0101010101010101ULL) >> 56;
}

/* The number of a bit, from 0. Of a word that has one. */
static __always_inline __u32 lowest_bit(__u64 word)
{
	return popcount((word & -word) - 1);
}

static __always_inline __u32 highest_bit(__u64 word)
{
	word |= word >> 1;
	word |= word >> 2;
	word |= word >> 4;
	word |= word >> 8;
	word |= word >> 16;
	word |= word >> 32;
	return popcount(word) - 1;
}

/* For numbers below 2^63. The barrier keeps the compiler from making a branch of it. */
static __always_inline __u64 ones_if_less(__u64 a, __u64 b)
{
	__u64 ones = (__s64)(a - b) >> 63;

	barrier_var(ones);
	return ones;
}

#endif
