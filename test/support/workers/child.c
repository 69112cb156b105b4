/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process with one child at a time, which does as it is told.
 *
 *   open N, close N, limit N -> the count of its descriptors
 *   unshare 0                gets a descriptor table of its own -> its count
 *   range N                  the same, and closes the last N of its own -> its count
 *   child open N, ...        the same, by the child
 *   fork                     -> the child's pid
 *   files                    a child with the same descriptor table (CLONE_FILES) -> its pid
 *   again                    a child with the pid that the last one had -> its pid
 *   kill                     the child ends, and is a zombie -> its pid
 *   reap                     -> its pid
 */
#include "worker.h"
#include <linux/close_range.h>
#include <linux/sched.h>

struct order {
	char what;
	int n;
};

static pid_t child;
static int orders[2], answers[2];

static int obey(struct order order)
{
	static int opened[TABLE], n;

	if (order.what == 'o') {
		for (; order.n > 0; order.n--)
			opened[n++] = open_one();
	} else if (order.what == 'c') {
		for (; order.n > 0; order.n--)
			if (close(opened[--n]))
				err(1, "close");
	} else if (order.what == 'u') {
		if (unshare(CLONE_FILES))
			err(1, "unshare");
	} else if (order.what == 'r') {
		if (close_range(opened[n - order.n], opened[n - 1], CLOSE_RANGE_UNSHARE))
			err(1, "close_range");
		n -= order.n;
	} else {
		struct rlimit limit = { order.n, TABLE };

		if (setrlimit(RLIMIT_NOFILE, &limit))
			err(1, "setrlimit");
	}
	return count_open();
}

static void serve(void)
{
	struct order order;

	while (read(orders[0], &order, sizeof(order)) == sizeof(order)) {
		int count = obey(order);

		if (write(answers[1], &count, sizeof(count)) != sizeof(count))
			break;
	}
	_exit(0);
}

static int command(struct order order)
{
	int count;

	if (write(orders[1], &order, sizeof(order)) != sizeof(order) ||
	    read(answers[0], &count, sizeof(count)) != sizeof(count))
		err(1, "the child");
	return count;
}

static void make(unsigned long long flags, pid_t pid)
{
	struct clone_args arguments = { .flags = flags, .exit_signal = SIGCHLD };
	pid_t self = getpid();

	if (pid) {
		arguments.set_tid = (uintptr_t)&pid;
		arguments.set_tid_size = 1;
	}
	child = syscall(SYS_clone3, &arguments, sizeof(arguments));
	if (child < 0)
		err(1, "clone3");
	if (!child) {
		end_with(self);
		serve();
	}
}

static bool is_order(const char *line, struct order *order)
{
	static const char *const orders[] = { "open ", "close ", "limit ", "unshare ", "range " };

	*order = (struct order){ line[0], number_in(line) };
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		if (!strncmp(line, orders[i], strlen(orders[i])))
			return true;
	return false;
}

int main(void)
{
	if (pipe(orders) || pipe(answers))
		err(1, "pipe");
	tell("ready\n");
	for (;;) {
		const char *line = listen_to();
		struct order order;

		if (is_order(line, &order)) {
			tell("%d\n", obey(order));
			continue;
		}
		if (!strncmp(line, "child ", 6) && is_order(line + 6, &order)) {
			tell("%d\n", command(order));
			continue;
		}
		if (!strcmp(line, "fork")) {
			make(0, 0);
		} else if (!strcmp(line, "files")) {
			make(CLONE_FILES, 0);
		} else if (!strcmp(line, "again")) {
			make(0, child);
		} else if (!strcmp(line, "kill")) {
			siginfo_t info;

			kill(child, SIGKILL);
			waitid(P_PID, child, &info, WEXITED | WNOWAIT);
		} else if (!strcmp(line, "reap")) {
			waitpid(child, NULL, 0);
		} else {
			errx(1, "not a command: %s", line);
		}
		tell("%d\n", child);
	}
}
