/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flood COUNT
 *
 * Has COUNT descriptors open; at a line "N", opens and closes one more, N times.
 * Answers with the count.
 */
#include "worker.h"

int main(int argc, char **argv)
{
	open_until(argc == 2 ? atoi(argv[1]) : 0);
	tell("ready\n");
	for (;;) {
		for (long left = atol(listen_to()); left > 0; left--) {
			int fd = dup(0);

			if (fd < 0 || close(fd))
				err(1, "flood");
		}
		tell("%d\n", count_open());
	}
}
