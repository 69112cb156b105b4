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

static __always_inline __u64 resident_pages_of(struct mm_struct *mm, __u32 kind)
{
	struct mm_struct___percpu *percpu = (void *)mm;
	__s64 pages = 0;

	if (bpf_core_field_exists(percpu->rss_stat))
		bpf_probe_read_kernel(&pages, sizeof(pages),
				      (void *)mm + bpf_core_field_offset(struct mm_struct___percpu, rss_stat) +
					      kind * bpf_core_type_size(struct percpu_counter) +
					      bpf_core_field_offset(struct percpu_counter, count));
	else
		bpf_probe_read_kernel(&pages, sizeof(pages),
				      (void *)mm + bpf_core_field_offset(struct mm_struct, rss_stat) +
					      kind * sizeof(atomic_long_t));
	/* What was added up is not all there is: it can be below 0 for a while. */
	return pages > 0 ? pages : 0;
}

/* In bytes. */
static __always_inline __u64 memory_of(struct task_struct *task)
{
	struct mm_struct *mm = LOAD(task, mm);
	__u64 pages;

	if (!mm)
		return 0;
	if (config.resource == RESOURCE_AS)
		pages = LOAD(mm, total_vm);
	else if (config.resource == RESOURCE_DATA)
		pages = LOAD(mm, data_vm);
	else if (config.resource == RESOURCE_STACK)
		pages = LOAD(mm, stack_vm);
	else if (config.resource == RESOURCE_RSS)
		pages = resident_pages_of(mm, MM_FILEPAGES) + resident_pages_of(mm, MM_ANONPAGES) +
			resident_pages_of(mm, MM_SHMEMPAGES);
	else
		pages = LOAD(mm, locked_vm);
	return pages * config.page_size;
}

#endif
