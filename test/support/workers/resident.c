/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * resident MIB
 *
 * Maps so much, says "ready" and obeys:
 *   touch MIB   has so much of it in memory
 *   drop MIB    has the kernel take so much of it away again
 * and answers each with VmRSS of /proc/self/status, in bytes.
 */
#include "worker.h"
#include <sys/mman.h>

#define MIB (1UL << 20)

int main(int argc, char **argv)
{
	unsigned long size = argc == 2 ? strtoul(argv[1], NULL, 10) * MIB : 0, touched = 0;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	/* One page at a time; kernels without huge pages refuse. */
	madvise(memory, size, MADV_NOHUGEPAGE);
	tell("ready\n");
	for (;;) {
		char *line = listen_to();
		unsigned long bytes = number_in(line) * MIB;

		if (!strncmp(line, "touch ", 6) && touched + bytes <= size) {
			memset(memory + touched, 1, bytes);
			touched += bytes;
		} else if (!strncmp(line, "drop ", 5) && bytes <= touched) {
			touched -= bytes;
			if (madvise(memory + touched, bytes, MADV_DONTNEED))
				err(1, "madvise");
		} else {
			errx(1, "what is \"%s\"?", line);
		}
		/* In KiB there. */
		tell("%lu\n", status_number("VmRSS:") * 1024);
	}
}
