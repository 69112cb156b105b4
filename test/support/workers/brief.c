/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each line of its standard input names a way to have one descriptor more, or 256 KiB of data: it
 * goes that way and back, with no other system call in between, and answers "done". "limit PID"
 * sets the soft limit of open files of another process to 50.
 */
#include "worker.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#define DATA (256 * 1024)
/* Below 16, and not open: a result that small is easily taken for nothing. */
#define LOW_NUMBER 13

static int listener;

/* One connection waits to be accepted. */
static void listen_and_connect(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	socklen_t length = sizeof(name);
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	/* With no more than the family the kernel gives it a name. */
	if (bind(listener, (void *)&name, sizeof(sa_family_t)) || listen(listener, 1) ||
	    getsockname(listener, (void *)&name, &length) || connect(client, (void *)&name, length))
		err(1, "a connection");
}

static void close_again(int fd)
{
	if (fd < 0)
		err(1, "a descriptor");
	close(fd);
}

#ifdef __x86_64__
#define DUP_OF_I386 41
#define CLOSE_OF_I386 6

/* As a 32-bit program calls, which a 64-bit one can as well: with the numbers of i386. */
static long call_of_i386(long number, long parameter)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(parameter)
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static void dup_as_i386(void)
{
	long fd = call_of_i386(DUP_OF_I386, 0);

	if (fd < 0 || call_of_i386(CLOSE_OF_I386, fd))
		errx(1, "a descriptor by int 0x80");
}
#endif

static void go(const char *way)
{
	if (!strcmp(way, "open"))
		close_again(open("/dev/null", O_RDONLY));
	else if (!strcmp(way, "dup"))
		close_again(dup(0));
	else if (!strcmp(way, "dup2"))
		close_again(dup2(0, LOW_NUMBER));
	else if (!strcmp(way, "dup3"))
		close_again(dup3(0, LOW_NUMBER, O_CLOEXEC));
	else if (!strcmp(way, "F_DUPFD"))
		close_again(fcntl(0, F_DUPFD, LOW_NUMBER));
	else if (!strcmp(way, "socket"))
		close_again(socket(AF_UNIX, SOCK_DGRAM, 0));
	else if (!strcmp(way, "accept"))
		close_again(accept(listener, NULL, NULL));
	else if (!strcmp(way, "eventfd"))
		close_again(eventfd(0, 0));
	else if (!strcmp(way, "epoll_create"))
		close_again(epoll_create1(0));
#ifdef __x86_64__
	else if (!strcmp(way, "int 0x80"))
		dup_as_i386();
#endif
	else if (!strcmp(way, "brk")) {
		if (sbrk(DATA) == (void *)-1 || sbrk(-DATA) == (void *)-1)
			err(1, "brk");
	} else if (!strcmp(way, "mmap")) {
		void *at = mmap(NULL, DATA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at == MAP_FAILED || munmap(at, DATA))
			err(1, "mmap");
	} else if (!strncmp(way, "limit ", 6)) {
		struct rlimit limit = { 50, 100 };

		if (prlimit(number_in(way), RLIMIT_NOFILE, &limit, NULL))
			err(1, "prlimit");
	} else
		errx(1, "not a way: %s", way);
}

int main(void)
{
	listen_and_connect();
	tell("ready\n");
	for (;;) {
		go(listen_to());
		tell("done\n");
	}
}
