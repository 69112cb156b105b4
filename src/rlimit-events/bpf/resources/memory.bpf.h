/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK, RLIMIT_MEMLOCK and RLIMIT_RSS: pages that the memory of
 * a process counts, which /proc/PID/status has as VmSize, VmData, VmStk, VmLck and VmRSS
 * (fs/proc/task_mmu.c). May_expand_vm() in mm/mmap.c compares the same numbers with the
 * limits; of RLIMIT_STACK it is the size of one mapping that the kernel compares.
 */
#ifndef RLIMIT_EVENTS_MEMORY_H
#define RLIMIT_EVENTS_MEMORY_H

#include "core/maps.bpf.h"

/* Of files, anonymous, and of shared memory (include/linux/mm_types_task.h); 2 counts what is swapped out. */
#define MM_FILEPAGES 0
#define MM_ANONPAGES 1
#define MM_SHMEMPAGES 3

/* What was added up is not all there is: it can be below 0 for a while. */
static __always_inline __u64 at_least_none(__s64 pages)
{
	return pages > 0 ? pages : 0;
}

/* By the number of the kind itself: the offsets are moved one by one. */
#define PAGES_OF_CPUS(mm, kind) at_least_none(LOAD(mm, rss_stat[kind].count))
/* By a helper: the verifier of 6.1 does not follow an array of what is a struct by another name. */
#define PAGES(mm, kind) at_least_none(BPF_CORE_READ(mm, rss_stat.count[kind].counter))

static __always_inline __u64 resident_pages_of(struct mm_struct *mm)
{
	struct mm_struct___percpu *percpu = (void *)mm;

	if (bpf_core_field_exists(percpu->rss_stat))
		return PAGES_OF_CPUS(percpu, MM_FILEPAGES) + PAGES_OF_CPUS(percpu, MM_ANONPAGES) +
		       PAGES_OF_CPUS(percpu, MM_SHMEMPAGES);
	return PAGES(mm, MM_FILEPAGES) + PAGES(mm, MM_ANONPAGES) + PAGES(mm, MM_SHMEMPAGES);
}

/* In bytes. */
static __always_inline __u64 memory_in(struct mm_struct *mm)
{
	__u64 pages;

	if (config.resource == RESOURCE_AS)
		pages = LOAD(mm, total_vm);
	else if (config.resource == RESOURCE_DATA)
		pages = LOAD(mm, data_vm);
	else if (config.resource == RESOURCE_STACK)
		pages = LOAD(mm, stack_vm);
	else if (config.resource == RESOURCE_RSS)
		pages = resident_pages_of(mm);
	else
		pages = LOAD(mm, locked_vm);
	return pages * config.page_size;
}

static __always_inline __u64 memory_of(struct task_struct *task)
{
	struct mm_struct *mm = LOAD(task, mm);

	return mm ? memory_in(mm) : 0;
}

#endif
