/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * map-updater PAUSE_US
 *
 * Updates an element of a BPF map by bpf(2) again and again, with a pause after each, until its
 * standard input ends: as a monitoring agent of somebody else's does, only more often.
 */
#include "worker.h"
#include <linux/bpf.h>
#include <time.h>

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

int main(int argc, char **argv)
{
	struct timespec pause = { .tv_nsec = argc == 2 ? atol(argv[1]) * 1000 : 0 };
	struct pollfd input = { .fd = 0, .events = POLLIN };
	uint32_t key = 0, value = 0;
	union bpf_attr attributes = {
		.map_type = BPF_MAP_TYPE_HASH, .key_size = sizeof(key), .value_size = sizeof(value), .max_entries = 1024
	};
	int map = bpf(BPF_MAP_CREATE, &attributes);

	if (argc != 2)
		errx(1, "map-updater PAUSE_US");
	if (map < 0)
		err(1, "BPF_MAP_CREATE");
	tell("ready\n");
	while (!poll(&input, 1, 0)) {
		union bpf_attr update = { .map_fd = map, .key = (uintptr_t)&key, .value = (uintptr_t)&value };

		key = (key + 1) % 1024;
		if (bpf(BPF_MAP_UPDATE_ELEM, &update))
			err(1, "BPF_MAP_UPDATE_ELEM");
		if (pause.tv_nsec)
			nanosleep(&pause, NULL);
	}
}
