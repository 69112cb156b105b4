/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sleepers COUNT
 *
 * Has COUNT descriptors open, and children that sleep.
 *
 *   fork N   -> the pids of N more
 *   wake PID it opens one more descriptor -> PID
 *   end      ends all -> 0
 */
#include "worker.h"

static int woken[2];

static void sleep_until_woken(const sigset_t *signals)
{
	char byte = 0;
	int signal;

	while (!sigwait(signals, &signal)) {
		open_one();
		if (write(woken[1], &byte, 1) != 1)
			break;
	}
	_exit(1);
}

static void fork_some(long n, const sigset_t *signals)
{
	char *pids;
	size_t size;
	FILE *list = open_memstream(&pids, &size);

	for (; n > 0; n--) {
		pid_t self = getpid(), pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			end_with(self);
			sleep_until_woken(signals);
		}
		fprintf(list, "%d ", pid);
	}
	fclose(list);
	tell("%s\n", pids);
	free(pids);
}

int main(int argc, char **argv)
{
	sigset_t signals;

	/* A group of its own, which `end` ends. */
	setpgid(0, 0);
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (pipe(woken))
		err(1, "pipe");
	open_until(argc == 2 ? atoi(argv[1]) : 0);
	tell("ready\n");
	for (;;) {
		const char *line = listen_to();

		if (!strncmp(line, "fork ", 5)) {
			fork_some(number_in(line), &signals);
		} else if (!strncmp(line, "wake ", 5)) {
			char byte;

			if (kill(number_in(line), SIGUSR1) || read(woken[0], &byte, 1) != 1)
				err(1, "wake");
			tell("%ld\n", number_in(line));
		} else if (!strcmp(line, "end")) {
			signal(SIGTERM, SIG_IGN);
			kill(0, SIGTERM);
			while (wait(NULL) > 0)
				;
			tell("0\n");
		}
	}
}
