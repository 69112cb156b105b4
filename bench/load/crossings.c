// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that opens and closes one descriptor more than it has, and knows when it did: crossings
 *
 *   up, down                          one crossing -> its time
 *   up-after US                       the same after a while -> its time
 *   cross COUNT US                    COUNT crossings up and down in turn, so far apart -> their times
 *   spikes COUNT SHORTEST LONGEST GAP SEED
 *                                     up for a random while, all orders of magnitude alike, and down for a
 *                                     random while of this mean; in us -> how many
 *   fill COUNT                        COUNT descriptors more -> how many there are
 *   tell FIFO COUNT US                COUNT bytes to who reads it, so far apart -> their times
 *
 * A time is ns of CLOCK_MONOTONIC just before the system call.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Below this a sleep takes longer than it should, and the processor is kept busy instead. */
#define SHORTEST_SLEEP 300000

static int descriptor = -1, telling = -1;

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void sleep_until(int64_t when)
{
	struct timespec time = { .tv_sec = when / 1000000000, .tv_nsec = when % 1000000000 };

	if (when - now() > SHORTEST_SLEEP)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
	while (now() < when)
		;
}

static int64_t cross(int up)
{
	int64_t time = now();

	if (up) {
		descriptor = dup(0);
		if (descriptor < 0)
			err(1, "dup");
	} else {
		close(descriptor);
	}
	return time;
}

static int64_t cross_in_turn(long i)
{
	return cross(i % 2 == 0);
}

static int64_t tell(long i)
{
	int64_t time = now();

	(void)i;
	if (write(telling, "", 1) != 1)
		err(1, "write");
	return time;
}

/* Does something COUNT times, so far apart, and says when it did. */
static void repeat(int64_t (*once)(long i), long count, long us)
{
	int64_t *times = calloc(count, sizeof(*times)), next = now();

	if (!times)
		err(1, "calloc");
	for (long i = 0; i < count; i++, next += us * 1000) {
		sleep_until(next);
		times[i] = once(i);
	}
	for (long i = 0; i < count; i++)
		printf("%ld%c", (long)times[i], i + 1 < count ? ' ' : '\n');
	free(times);
}

static void spikes(long count, double shortest, double longest, double gap, long seed)
{
	unsigned short state[3] = { seed, seed >> 16, 1 };

	for (long i = 0; i < count; i++) {
		double length = shortest * pow(longest / shortest, erand48(state));

		sleep_until(cross(1) + (int64_t)(length * 1000));
		sleep_until(cross(0) + (int64_t)(-log(1 - erand48(state)) * gap * 1000));
	}
}

int main(void)
{
	char line[128], fifo[128];
	long count, us, seed;
	double shortest, longest, gap;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin)) {
		if (!strcmp(line, "up\n")) {
			printf("%ld\n", (long)cross(1));
		} else if (!strcmp(line, "down\n")) {
			printf("%ld\n", (long)cross(0));
		} else if (sscanf(line, "up-after %ld", &us) == 1) {
			sleep_until(now() + us * 1000);
			printf("%ld\n", (long)cross(1));
		} else if (sscanf(line, "tell %127s %ld %ld", fifo, &count, &us) == 3) {
			telling = open(fifo, O_WRONLY | O_CLOEXEC);
			if (telling < 0)
				err(1, "%s", fifo);
			repeat(tell, count, us);
			close(telling);
		} else if (sscanf(line, "fill %ld", &count) == 1) {
			int last = 0;

			while (count-- > 0 && last >= 0)
				last = dup(0);
			if (last < 0)
				err(1, "dup");
			printf("%d\n", last + 1);
		} else if (sscanf(line, "cross %ld %ld", &count, &us) == 2) {
			repeat(cross_in_turn, count, us);
		} else if (sscanf(line, "spikes %ld %lf %lf %lf %ld", &count, &shortest, &longest, &gap, &seed) == 5) {
			spikes(count, shortest, longest, gap, seed);
			printf("%ld\n", count);
		} else {
			printf("what?\n");
		}
	}
	return 0;
}
