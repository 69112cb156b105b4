/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK and RLIMIT_MEMLOCK: pages that the memory of a
 * process counts, which /proc/PID/status has as VmSize, VmData, VmStk and VmLck
 * (fs/proc/task_mmu.c). May_expand_vm() in mm/mmap.c compares the same numbers with the
 * limits; of RLIMIT_STACK it is the size of one mapping that the kernel compares.
 */
#ifndef RLIMIT_EVENTS_MEMORY_H
#define RLIMIT_EVENTS_MEMORY_H

#include "maps.h"

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
	else
		pages = LOAD(mm, locked_vm);
	return pages * config.page_size;
}

#endif
