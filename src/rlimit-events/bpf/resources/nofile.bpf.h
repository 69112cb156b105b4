/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_NOFILE: the value is the number of bits set in the descriptor table's
 * bitmap. It counts a descriptor from its reservation on, as EMFILE does. The hooks
 * are at the end of a call, which can be long after that (open of a FIFO, accept): so
 * what budgets promise leaves out what calls that hang have reserved since the last look.
 */
#ifndef RLIMIT_EVENTS_NOFILE_H
#define RLIMIT_EVENTS_NOFILE_H

#include "kernel/bits.bpf.h"
#include "core/maps.bpf.h"

#define BITS_PER_WORD 64
/*
 * What fits on the stack, of which the whole way from a hook to here has 512 bytes: one
 * chunk for a table of 512 descriptors.
 */
#define CHUNK_WORDS 8
/* Of a legacy kernel's loop: tables of up to 16 million descriptors. */
#define BLOCK_CHUNKS 128
#define MAX_BLOCKS 256

/*
 * The bitmap is counted in chunks. Global functions, since the verifier walks the loop of
 * such a one once, and not for every caller.
 */
__noinline __u32 bits_in_chunk(__u64 address, __u32 words)
{
	__u64 chunk[CHUNK_WORDS] = {}; /* the verifier of 5.10 wants it so */
	__u32 bits = 0;

	if (words > CHUNK_WORDS)
		words = CHUNK_WORDS;
	bpf_probe_read_kernel(chunk, words * sizeof(__u64), (void *)address);
	for (__u32 i = 0; i < CHUNK_WORDS && i < words; i++)
		bits += popcount(chunk[i]);
	return bits;
}

struct counting {
	__u64 address;
	__u32 words;
	__u64 bits;
};

LOOP_BODY count_chunk(__u32 i, void *context)
{
	struct counting *counting = context;
	__u32 word = i * CHUNK_WORDS;

	counting->bits += bits_in_chunk(counting->address + word * sizeof(__u64), counting->words - word);
	return 0;
}

__noinline __u64 bits_in_block(__u64 address, __u32 words)
{
	struct counting counting = { .address = address, .words = words };

	LOOP(BLOCK_CHUNKS, (words + CHUNK_WORDS - 1) / CHUNK_WORDS, count_chunk, &counting);
	return counting.bits;
}

#ifdef LEGACY
LOOP_BODY count_block(__u32 i, void *context)
{
	struct counting *counting = context;
	__u32 word = i * BLOCK_CHUNKS * CHUNK_WORDS;

	counting->bits += bits_in_block(counting->address + word * sizeof(__u64), counting->words - word);
	return 0;
}

/* A loop within a loop, since the verifier walks every turn of each. */
__noinline __u64 bits_in_bitmap(__u64 address, __u32 words)
{
	struct counting counting = { .address = address, .words = words };
	__u32 block_words = BLOCK_CHUNKS * CHUNK_WORDS;

	LOOP(MAX_BLOCKS, (words + block_words - 1) / block_words, count_block, &counting);
	return counting.bits;
}
#else
#define bits_in_bitmap bits_in_block
#endif

/* The bitmap is bounded by max_fds: what lies behind it is the next bitmap. */
static __always_inline __u64 count_open_fds(struct task_struct *task)
{
	struct files_struct *files = LOAD(task, files);
	struct fdtable *table;
	__u64 open_fds;

	if (!files)
		return 0;
	table = LOAD(files, fdt);
	/* Read by a helper, since the verifier takes a plain load for a pointer from 6.17 or so on. */
	open_fds = (__u64)BPF_CORE_READ(table, open_fds);
	return bits_in_bitmap(open_fds, LOAD(table, max_fds) / BITS_PER_WORD);
}

#endif
