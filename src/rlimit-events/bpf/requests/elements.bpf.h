/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User space writes elements of the maps through this: bpf(2) on them would keep others'
 * programs, and ours, from running (see core/maps.bpf.h). What is asked by (requests/asked.bpf.h) does not.
 */
#ifndef RLIMIT_EVENTS_ELEMENTS_H
#define RLIMIT_EVENTS_ELEMENTS_H

#include "requests/asked.bpf.h"
#include "groups/groups.bpf.h"

struct element element SEC(".data.element");

#define WRITE(number, map)                                                                        \
	case number:                                                                              \
		element.result = element.deletes ? bpf_map_delete_elem(&(map), element.key) :     \
						   bpf_map_update_elem(&(map), element.key,       \
								       element.value, BPF_ANY);   \
		break

/* Once for each request, whichever task is visited first. */
static __always_inline void write_into_map(void)
{
	if (!element.map)
		return;
	switch (element.map) {
	WRITE(ELEMENT_OF_LEVEL_SETS, level_sets);
	WRITE(ELEMENT_OF_COMBINATIONS, combinations);
	WRITE(ELEMENT_OF_EXES, exes);
	WRITE(ELEMENT_OF_COMMANDS, commands);
	WRITE(ELEMENT_OF_USERS, users);
	WRITE(ELEMENT_OF_CGROUPS, cgroups);
	WRITE(ELEMENT_OF_CGROUP_PATHS, cgroup_paths);
	}
	element.map = 0;
}

ONCE_ASKED(write_element, write_into_map)

#endif
