// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one operation costs: cost FILE FOLDER
 *
 * Obeys lines "OPERATION COUNT" and answers each with the quartiles and the mean of so many, in ticks of
 * the processor's time stamp counter, or of the one for its cycles on arm64: "Q1 MEDIAN Q3 MEAN". In a guest whose
 * clock counts instructions (qemu -icount shift=0) a tick is one instruction.
 *
 * FILE is opened hot. FOLDER holds the cold ones, 0, 1, ...: at least as many as are ever asked for.
 * "realtime 1" lets nobody else run on this processor meanwhile, "realtime 0" ends it.
 * "fill COUNT" opens so many descriptors, "table SLOTS" makes the table that large.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"

#define MOST 1000000

static uint64_t ticks[MOST];
static const char *hot_file;
static int cold_folder;

static void nothing(long i)
{
	(void)i;
}

static void open_hot(long i)
{
	(void)i;
	close(check(open(hot_file, O_RDONLY), "open"));
}

static void open_cold(long i)
{
	char name[24];

	snprintf(name, sizeof(name), "%ld", i);
	close(check(openat(cold_folder, name, O_RDONLY | O_NOATIME), "open cold"));
}

static void copy(long i)
{
	(void)i;
	close(check(dup(0), "dup"));
}

static void make_socket(long i)
{
	(void)i;
	close(check(socket(AF_UNIX, SOCK_STREAM, 0), "socket"));
}

static void unrelated(long i)
{
	(void)i;
	syscall(SYS_getppid);
}

/* Dentries and inodes only: what the disk holds stays in memory, and no disk is measured. */
static void drop_caches(void)
{
	int fd = check(open("/proc/sys/vm/drop_caches", O_WRONLY), "drop_caches");

	check(write(fd, "2", 1), "drop_caches");
	close(fd);
}

static void set_realtime(int on)
{
	struct sched_param parameter = { .sched_priority = on ? 1 : 0 };

	check(sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &parameter), "sched_setscheduler");
}

static const struct {
	const char *name;
	void (*run)(long);
	void (*prepare)(void);
} operations[] = {
	{ "nothing", nothing, NULL },	      { "open-hot", open_hot, NULL },
	{ "open-cold", open_cold, drop_caches }, { "dup", copy, NULL },
	{ "socket", make_socket, NULL },      { "getppid", unrelated, NULL },
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void measure(size_t operation, long count)
{
	void (*run)(long) = operations[operation].run;
	uint64_t sum = 0;

	if (operations[operation].prepare)
		operations[operation].prepare();
	for (long i = 0; i < count; i++) {
		uint64_t start = now();

		run(i);
		ticks[i] = now() - start;
	}
	for (long i = 0; i < count; i++)
		sum += ticks[i];
	qsort(ticks, count, sizeof(*ticks), by_value);
	printf("%lu %lu %lu %.1f\n", (unsigned long)ticks[count / 4], (unsigned long)ticks[count / 2],
	       (unsigned long)ticks[count * 3L / 4], (double)sum / count);
}

int main(int argc, char **argv)
{
	char line[128], word[32];
	long count;

	if (argc != 3) {
		fprintf(stderr, "usage: cost FILE FOLDER\n");
		return 2;
	}
	hot_file = argv[1];
	cold_folder = check(open(argv[2], O_RDONLY | O_DIRECTORY), argv[2]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	memset(ticks, 1, sizeof(ticks));
	prepare_clock();
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin)) {
		size_t i;

		if (sscanf(line, "%31s %ld", word, &count) != 2 || count < 0 || count > MOST) {
			printf("what?\n");
			continue;
		}
		if (!strcmp(word, "realtime")) {
			set_realtime(count);
			printf("ok\n");
		} else if (!strcmp(word, "fill")) {
			while (count-- > 0)
				check(dup(0), "dup");
			printf("ok\n");
		} else if (!strcmp(word, "table")) {
			/* The table grows for the highest number and does not shrink again. */
			close(check(fcntl(0, F_DUPFD, (int)count - 1), "F_DUPFD"));
			printf("ok\n");
		} else {
			for (i = 0; i < sizeof(operations) / sizeof(*operations); i++)
				if (!strcmp(word, operations[i].name))
					break;
			if (i == sizeof(operations) / sizeof(*operations))
				printf("what?\n");
			else
				measure(i, count);
		}
	}
	return 0;
}
