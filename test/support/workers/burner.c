/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * burner
 *
 * Says "ready" and obeys:
 *   burn THREADS MS   so many threads at once work until the process has used so much CPU time
 *                     in all, without a system call for CHUNK by the clock each time, and end
 *   short COUNT MS    threads work so long by the clock, one after the other
 * and answers each with the CPU time that its process has used until then, in ns, as RLIMIT_CPU has it.
 */
#include "worker.h"
#include <time.h>

#define MOST_THREADS 64
#define CHUNK 50000000ULL /* ns */
/* MAKE_PROCESS_CPUCLOCK(0, CPUCLOCK_PROF) of linux/posix-timers.h */
#define USED ((clockid_t)-8)

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* CLOCK_MONOTONIC is read in the vDSO. */
static void work(uint64_t ns)
{
	uint64_t end = now(CLOCK_MONOTONIC) + ns;

	while (now(CLOCK_MONOTONIC) < end)
		for (volatile int i = 0; i < 1000; i++)
			;
}

static void *burn(void *milliseconds)
{
	while (now(USED) < *(long *)milliseconds * 1000000ULL)
		work(CHUNK);
	return NULL;
}

static void *work_once(void *milliseconds)
{
	work(*(long *)milliseconds * 1000000ULL);
	return NULL;
}

static void start(pthread_t *thread, void *(*run)(void *), long *milliseconds)
{
	errno = pthread_create(thread, NULL, run, milliseconds);
	if (errno)
		err(1, "pthread_create");
}

int main(void)
{
	tell("ready\n");
	for (;;) {
		pthread_t threads[MOST_THREADS];
		char *line = listen_to();
		long count, milliseconds;

		if (sscanf(line, "burn %ld %ld", &count, &milliseconds) == 2 && count <= MOST_THREADS) {
			for (long i = 0; i < count; i++)
				start(&threads[i], burn, &milliseconds);
			for (long i = 0; i < count; i++)
				pthread_join(threads[i], NULL);
		} else if (sscanf(line, "short %ld %ld", &count, &milliseconds) == 2) {
			for (long i = 0; i < count; i++) {
				start(&threads[0], work_once, &milliseconds);
				pthread_join(threads[0], NULL);
			}
		} else {
			errx(1, "what is \"%s\"?", line);
		}
		tell("%llu\n", (unsigned long long)now(USED));
	}
}
