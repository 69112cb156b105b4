/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * storm CHILDREN COUNT
 *
 * Has COUNT descriptors open; at a line, forks CHILDREN children, of which each opens
 * one more and ends at once. Ends when they have ended.
 */
#include "worker.h"

#define AT_ONCE 64

int main(int argc, char **argv)
{
	int children = argc == 3 ? atoi(argv[1]) : 0, running = 0;

	open_until(argc == 3 ? atoi(argv[2]) : 0);
	tell("ready\n");
	listen_to();
	for (int i = 0; i < children; i++) {
		pid_t pid;

		while (running && waitpid(-1, NULL, running < AT_ONCE ? WNOHANG : 0) > 0)
			running--;
		pid = fork();
		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			open_one();
			_exit(0);
		}
		running++;
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
