/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Obeys each line of its standard input and answers with the count of its open descriptors.
 *
 *   open N       open N more
 *   close N      close the last N of these
 *   close-all    close all of these by one system call
 *   limit SOFT   set the soft limit
 *   dup2 N       make N one more of what standard input is
 *   fork N       a child opens N, and ends before the answer
 */
#include "worker.h"

int main(void)
{
	static int opened[TABLE * 64];
	int n = 0;

	tell("ready\n");
	for (;;) {
		char *line = listen_to();
		long value = number_in(line);

		if (!strncmp(line, "open ", 5)) {
			for (; value > 0; value--)
				opened[n++] = open_one();
		} else if (!strncmp(line, "close ", 6)) {
			for (; value > 0 && n > 0; value--)
				close(opened[--n]);
		} else if (!strncmp(line, "close-all", 9)) {
			if (n > 0 && syscall(SYS_close_range, opened[0], opened[n - 1], 0))
				err(1, "close_range");
			n = 0;
		} else if (!strncmp(line, "dup2 ", 5)) {
			if (dup2(0, value) < 0)
				err(1, "dup2");
		} else if (!strncmp(line, "fork ", 5)) {
			pid_t child = fork();

			if (child < 0)
				err(1, "fork");
			if (!child) {
				for (; value > 0; value--)
					open_one();
				_exit(0);
			}
			waitpid(child, NULL, 0);
		} else if (!strncmp(line, "limit ", 6)) {
			struct rlimit limit;

			getrlimit(RLIMIT_NOFILE, &limit);
			limit.rlim_cur = value;
			if (setrlimit(RLIMIT_NOFILE, &limit))
				err(1, "setrlimit");
		} else {
			errx(1, "not a command: %s", line);
		}
		tell("%d\n", count_open());
	}
}
