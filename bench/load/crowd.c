// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many processes that sleep: crowd
 *
 *   fork COUNT   so many children more -> their pids
 *
 * They end with it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
	char line[64];
	long count;

	setvbuf(stdout, NULL, _IOFBF, 1 << 20);
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "fork %ld", &count) != 1)
			errx(1, "what?");
		while (count-- > 0) {
			pid_t parent = getpid(), pid = fork();

			if (pid < 0)
				err(1, "fork");
			if (!pid) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				if (getppid() != parent)
					_exit(0);
				for (;;)
					pause();
			}
			printf("%d%c", pid, count ? ' ' : '\n');
		}
		fflush(stdout);
	}
	return 0;
}
