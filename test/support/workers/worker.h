/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every worker does: it is told and tells in lines, and knows its descriptors
 * to the last one.
 */
#ifndef WORKER_H
#define WORKER_H

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TABLE 1024

/* In a child: it ends with the process that has forked it, which may have ended already. */
__attribute__((unused)) static void end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

/* What /proc/self/status has behind a name such as "VmRSS:". */
__attribute__((unused)) static unsigned long status_number(const char *name)
{
	FILE *status = fopen("/proc/self/status", "r");
	size_t length = strlen(name);
	char line[256];

	if (!status)
		err(1, "/proc/self/status");
	while (fgets(line, sizeof(line), status))
		if (!strncmp(line, name, length)) {
			fclose(status);
			return strtoul(line + length, NULL, 10);
		}
	errx(1, "no %s in /proc/self/status", name);
}

/* One line, in one write(2). */
__attribute__((format(printf, 1, 2), unused)) static void tell(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	if (vdprintf(1, format, values) < 0)
		exit(1);
	va_end(values);
}

/* The next line of standard input, without its end; the worker ends with the input. */
__attribute__((unused)) static char *listen_to(void)
{
	static char line[4096];

	setvbuf(stdin, NULL, _IONBF, 0);
	if (!fgets(line, sizeof(line), stdin))
		exit(0);
	line[strcspn(line, "\n")] = 0;
	return line;
}

/* The number behind a command, or 0. */
__attribute__((unused)) static long number_in(const char *line)
{
	const char *space = strchr(line, ' ');

	return space ? strtol(space, NULL, 10) : 0;
}

/*
 * Notes which descriptors are open and answers how many, by poll(2), which tells POLLNVAL
 * for what is not open and leaves the table alone.
 */
__attribute__((unused)) static int count_open_into(bool *is_open)
{
	struct pollfd table[TABLE];
	struct rlimit limit;
	int open = 0, chunk;

	getrlimit(RLIMIT_NOFILE, &limit);
	/* One call takes no more entries than the limit; their numbers may be larger. */
	chunk = limit.rlim_cur < TABLE ? limit.rlim_cur : TABLE;
	for (int i = 0; i < TABLE; i += chunk) {
		int n = TABLE - i < chunk ? TABLE - i : chunk;

		for (int fd = i; fd < i + n; fd++)
			table[fd] = (struct pollfd){ .fd = fd };
		if (poll(table + i, n, 0) < 0)
			err(1, "poll");
	}
	for (int fd = 0; fd < TABLE; fd++) {
		is_open[fd] = !(table[fd].revents & POLLNVAL);
		open += is_open[fd];
	}
	return open;
}

__attribute__((unused)) static int count_open(void)
{
	bool is_open[TABLE];

	return count_open_into(is_open);
}

__attribute__((unused)) static int open_one(void)
{
	int fd = open("/dev/null", O_RDONLY);

	if (fd < 0)
		err(1, "open");
	return fd;
}

/* Opens until so many are open. */
__attribute__((unused)) static void open_until(int count)
{
	for (int open = count_open(); open < count; open++)
		open_one();
}

#endif
