/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Obeys each line of its standard input.
 *
 *   reserve N    takes N bytes of address space by one system call, with nothing in them
 *   lock N       takes N bytes that are locked into memory
 *   release N    gives the last N bytes back
 */
#include "worker.h"

#include <sys/mman.h>

int main(void)
{
	char *reserved = NULL;

	tell("ready\n");
	for (;;) {
		char *line = listen_to();
		size_t bytes = number_in(line);

		if (!strncmp(line, "reserve ", 8)) {
			reserved = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
			if (reserved == MAP_FAILED)
				err(1, "mmap");
		} else if (!strncmp(line, "lock ", 5)) {
			reserved = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
			if (reserved == MAP_FAILED)
				err(1, "mmap");
		} else if (!strncmp(line, "release ", 8)) {
			if (munmap(reserved, bytes))
				err(1, "munmap");
		} else {
			errx(1, "not a command: %s", line);
		}
		tell("done\n");
	}
}
