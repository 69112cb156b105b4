/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * resident MIB
 *
 * Maps so much, says "ready" and obeys:
 *   touch MIB   has so much of it in memory
 *   drop MIB    has the kernel take so much of it away again
 *   storm TURNS some threads do both with what is theirs, so many times in turn, all at once
 * and answers each with VmRSS of /proc/self/status, in bytes.
 */
#include "worker.h"
#include <pthread.h>
#include <sys/mman.h>

#define MIB (1UL << 20)
/* Of a storm, which takes the end of what is mapped. */
#define THREADS 3
#define SHARE (2 * MIB)

static char *stormy;
static unsigned long turns;

static void *take_turns(void *number)
{
	char *share = stormy + (unsigned long)number * SHARE;

	for (unsigned long turn = 0; turn < turns; turn++) {
		if (turn % 2 == 0)
			memset(share, 1, SHARE);
		else if (madvise(share, SHARE, MADV_DONTNEED))
			err(1, "madvise");
	}
	return NULL;
}

static void storm(void)
{
	pthread_t threads[THREADS];

	for (unsigned long i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, take_turns, (void *)i))
			errx(1, "pthread_create");
	for (unsigned long i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	unsigned long size = argc == 2 ? strtoul(argv[1], NULL, 10) * MIB : 0, touched = 0;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	/* One page at a time; kernels without huge pages refuse. */
	madvise(memory, size, MADV_NOHUGEPAGE);
	stormy = memory + size - THREADS * SHARE;
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
		} else if (!strncmp(line, "storm ", 6)) {
			turns = number_in(line);
			storm();
		} else {
			errx(1, "what is \"%s\"?", line);
		}
		/* In KiB there. */
		tell("%lu\n", status_number("VmRSS:") * 1024);
	}
}
