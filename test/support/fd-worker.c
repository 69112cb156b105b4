/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process whose descriptors are known to the last one. It obeys the lines of its
 * standard input and answers each with a line.
 *
 *   open N                open N more                       -> count C
 *   close N               close the last N of these         -> count C
 *   limit SOFT            set the soft limit                -> count C
 *   walk STEPS SEED L...  random operations, noting every crossing of the levels L by
 *                         counting after each operation     -> a line "up L C" or
 *                         "down L C" for each crossing, then "count C"
 *   exit
 *
 * The count is taken by poll(2), which tells POLLNVAL for what is not open and
 * leaves the table alone.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TABLE 1024
#define MOST_LEVELS 64
/* The walk stays below this. */
#define MOST_OPEN 300

static struct pollfd table[TABLE];
static char *notes;
static size_t notes_size;
static FILE *note;

static int count_open(void)
{
	int open = 0, chunk;
	struct rlimit limit;

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
	for (int fd = 0; fd < TABLE; fd++)
		open += !(table[fd].revents & POLLNVAL);
	return open;
}

static int is_open(int fd)
{
	return !(table[fd].revents & POLLNVAL);
}

/* A descriptor that the walk may close or copy over: none of the first `keep`. */
static int any_open(int keep)
{
	int start = keep + random() % (TABLE - keep);

	for (int i = 0; i < TABLE - keep; i++) {
		int fd = keep + (start - keep + i) % (TABLE - keep);

		if (is_open(fd))
			return fd;
	}
	return -1;
}

static void send_descriptors(int socket, int n)
{
	int fds[64];
	char byte = 0, control[CMSG_SPACE(sizeof(fds))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	for (int i = 0; i < n; i++)
		fds[i] = 0;
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(header), fds, n * sizeof(int));
	if (sendmsg(socket, &message, 0) < 0)
		err(1, "sendmsg");
}

static void receive_descriptors(int socket)
{
	char byte, control[CMSG_SPACE(64 * sizeof(int))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = sizeof(control) };

	if (recvmsg(socket, &message, 0) < 0)
		err(1, "recvmsg");
}

/* One system call that changes the table, with others around it that do not. */
static void change(int count, int keep, const int *pair)
{
	int fd = any_open(keep), two[2];
	/* Leaning to one side for a while, so that the walk goes through the levels. */
	static int falling, left;

	if (left-- <= 0) {
		falling = random() % 2;
		left = random() % 120;
	}
	if (count > MOST_OPEN || (falling && count > keep + 4)) {
		if (fd < 0)
			return;
		if (random() % 40 == 0)
			syscall(SYS_close_range, fd, fd + random() % 40, 0);
		else
			close(fd);
		return;
	}
	switch (random() % 9) {
	case 0:
		if (dup(fd < 0 ? 0 : fd) < 0)
			err(1, "dup");
		break;
	case 1: /* over an open one or into a hole */
		if (dup2(0, keep + random() % (MOST_OPEN - keep)) < 0)
			err(1, "dup2");
		break;
	case 2:
		if (fcntl(0, F_DUPFD, random() % MOST_OPEN) < 0)
			err(1, "F_DUPFD");
		break;
	case 3:
		if (pipe(two))
			err(1, "pipe");
		break;
	case 4:
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, two))
			err(1, "socketpair");
		break;
	case 5:
		send_descriptors(pair[0], 1 + random() % (random() % 4 ? 3 : 40));
		receive_descriptors(pair[1]);
		break;
	case 6: /* fails: reserves a number and gives it back */
		if (open("/nonexistent/file", O_RDONLY) >= 0)
			errx(1, "a file that cannot be there");
		break;
	default:
		if (open("/dev/null", O_RDONLY) < 0)
			err(1, "open");
	}
}

static void note_crossings(const int *levels, int n, int old, int new)
{
	for (int i = 0; i < n; i++)
		if (old < levels[i] && levels[i] <= new)
			fprintf(note, "up %d %d\n", levels[i], new);
	for (int i = n - 1; i >= 0; i--)
		if (new < levels[i] && levels[i] <= old)
			fprintf(note, "down %d %d\n", levels[i], new);
}

static void walk(char *arguments)
{
	int levels[MOST_LEVELS], n = 0, pair[2], keep, old, new;
	long steps = strtol(arguments, &arguments, 10);

	srandom(strtol(arguments, &arguments, 10));
	while (n < MOST_LEVELS && (levels[n] = strtol(arguments, &arguments, 10)) > 0)
		n++;
	old = count_open();
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		err(1, "socketpair");
	keep = pair[1] + 1;
	for (long i = 0; i <= steps; i++) {
		new = count_open();
		note_crossings(levels, n, old, new);
		old = new;
		if (i < steps)
			change(new, keep, pair);
	}
}

int main(void)
{
	static int opened[TABLE * 64];
	char line[4096];
	int n = 0;

	setvbuf(stdin, NULL, _IONBF, 0);
	note = open_memstream(&notes, &notes_size);
	while (fgets(line, sizeof(line), stdin)) {
		char *space = strchr(line, ' ');
		long value = space ? strtol(space, NULL, 10) : 0;

		rewind(note);
		if (!strncmp(line, "open ", 5)) {
			for (; value > 0; value--)
				if ((opened[n++] = open("/dev/null", O_RDONLY)) < 0)
					err(1, "open");
		} else if (!strncmp(line, "close ", 6)) {
			for (; value > 0 && n > 0; value--)
				close(opened[--n]);
		} else if (!strncmp(line, "limit ", 6)) {
			struct rlimit limit;

			getrlimit(RLIMIT_NOFILE, &limit);
			limit.rlim_cur = value;
			if (setrlimit(RLIMIT_NOFILE, &limit))
				err(1, "setrlimit");
		} else if (!strncmp(line, "walk ", 5)) {
			walk(space);
		} else if (!strncmp(line, "exit", 4)) {
			return 0;
		} else {
			errx(1, "not a command: %s", line);
		}
		fprintf(note, "count %d\n", count_open());
		fflush(note);
		if (write(1, notes, notes_size) < 0)
			return 1;
	}
	return 0;
}
