/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * terminal ROWS COLUMNS COMMAND...
 *
 * Runs a command on a pseudo-terminal of that size, as a terminal emulator does: what it writes there goes to standard
 * output, what comes by standard input is typed. Tells on standard error in one line which process it is and which
 * terminal, and ends with its status, 128 and the signal if that is what ended it.
 */
#include "worker.h"
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>

static void write_all(int fd, const char *bytes, ssize_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written < 0 && errno != EINTR)
			err(1, "write");
		if (written > 0) {
			bytes += written;
			length -= written;
		}
	}
}

/* Whether there was something; a terminal that nobody has open any more gives EIO. */
static int relay(int from, int to)
{
	char bytes[65536];
	ssize_t length = read(from, bytes, sizeof(bytes));

	if (length > 0)
		write_all(to, bytes, length);
	return length > 0;
}

int main(int argc, char **argv)
{
	struct winsize size = { 0 };
	char path[64];
	int terminal, status;
	pid_t pid;

	if (argc < 4)
		errx(2, "usage: terminal ROWS COLUMNS COMMAND...");
	size.ws_row = atoi(argv[1]);
	size.ws_col = atoi(argv[2]);
	pid = forkpty(&terminal, path, NULL, &size);
	if (pid < 0)
		err(1, "forkpty");
	if (pid == 0) {
		execvp(argv[3], argv + 3);
		err(127, "%s", argv[3]);
	}
	fprintf(stderr, "%d %s\n", (int)pid, path);
	struct pollfd ends[] = { { .fd = terminal, .events = POLLIN }, { .fd = 0, .events = POLLIN } };
	for (;;) {
		if (poll(ends, 2, -1) < 0)
			continue;
		if (ends[0].revents && !relay(terminal, 1))
			break;
		if (ends[1].revents && !relay(0, terminal))
			ends[1].fd = -1;
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
