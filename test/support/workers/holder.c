/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holds descriptors of each kind, as many as it is told.
 *
 *   file PATH N        opens one file N times; made if it is not there
 *   files FOLDER N     makes and opens N files named 0, 1, … after what it has
 *   folder PATH N      opens a folder N times
 *   unlink PATH        removes a file
 *   pipe N             N pipes, two descriptors each
 *   eventfd N
 *   memfd NAME N
 *   listen             a TCP socket listening on a loopback port, which is the answer
 *   listen6            the same, IPv6
 *   connect PORT N     N connections to 127.0.0.1
 *   connect6 PORT N    N connections to ::1
 *   accept N           N connections from the listening socket
 *   udp PORT N         N UDP sockets, connected
 *   socket N           N TCP sockets, unconnected
 *   unix-listen NAME   a unix socket, abstract if the name begins with @
 *   unix-connect NAME N
 *   socketpair N       N unix pairs, two descriptors each
 *   close N            the last N
 */
#include "worker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#define MOST 1100000
static int held[MOST];
static int count;

static int keep(int fd)
{
	if (fd < 0)
		err(1, "a descriptor");
	held[count++] = fd;
	return fd;
}

static void must(int status, const char *what)
{
	if (status < 0)
		err(1, "%s", what);
}

static int listen_on_loopback(int family)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *address = family == AF_INET ? (void *)&four : (void *)&six;
	socklen_t length = family == AF_INET ? sizeof(four) : sizeof(six);
	int fd = keep(socket(family, SOCK_STREAM, 0));

	must(bind(fd, address, length), "bind");
	must(listen(fd, 4096), "listen");
	must(getsockname(fd, address, &length), "getsockname");
	tell("%d\n", ntohs(family == AF_INET ? four.sin_port : six.sin6_port));
	return fd;
}

static void connect_to(int family, int type, int port)
{
	struct sockaddr_in6 six = {
		.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT, .sin6_port = htons(port)
	};
	struct sockaddr_in four = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)
	};
	int fd = keep(socket(family, type, 0));

	must(family == AF_INET ? connect(fd, (void *)&four, sizeof(four)) : connect(fd, (void *)&six, sizeof(six)),
	     "connect");
}

static socklen_t unix_address(struct sockaddr_un *address, const char *name)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", name);
	if (name[0] == '@')
		address->sun_path[0] = 0;
	return offsetof(struct sockaddr_un, sun_path) + strlen(name) + (name[0] != '@');
}

int main(void)
{
	int listening = -1, pair[2];
	struct sockaddr_un name;
	socklen_t length;
	char path[4200];

	tell("ready\n");
	for (;;) {
		char *line = listen_to(), command[32] = "", text[4096] = "";
		long n = 0, port;

		if (sscanf(line, "%31s %4095s %ld", command, text, &n) < 3)
			n = strtol(text, NULL, 10);
		port = strtol(text, NULL, 10);
		if (!strcmp(command, "file")) {
			while (n-- > 0)
				keep(open(text, O_RDWR | O_CREAT, 0600));
		} else if (!strcmp(command, "files")) {
			for (; n > 0; n--) {
				snprintf(path, sizeof(path), "%s/%d", text, count);
				keep(open(path, O_RDWR | O_CREAT, 0600));
			}
		} else if (!strcmp(command, "folder")) {
			while (n-- > 0)
				keep(open(text, O_RDONLY | O_DIRECTORY));
		} else if (!strcmp(command, "unlink")) {
			must(unlink(text), "unlink");
		} else if (!strcmp(command, "pipe")) {
			for (; n > 0; n--) {
				must(pipe(pair), "pipe");
				keep(pair[0]);
				keep(pair[1]);
			}
		} else if (!strcmp(command, "eventfd")) {
			while (n-- > 0)
				keep(eventfd(0, 0));
		} else if (!strcmp(command, "memfd")) {
			while (n-- > 0)
				keep(memfd_create(text, 0));
		} else if (!strcmp(command, "listen")) {
			listening = listen_on_loopback(AF_INET);
			continue;
		} else if (!strcmp(command, "listen6")) {
			listening = listen_on_loopback(AF_INET6);
			continue;
		} else if (!strcmp(command, "connect")) {
			while (n-- > 0)
				connect_to(AF_INET, SOCK_STREAM, port);
		} else if (!strcmp(command, "connect6")) {
			while (n-- > 0)
				connect_to(AF_INET6, SOCK_STREAM, port);
		} else if (!strcmp(command, "accept")) {
			while (n-- > 0)
				keep(accept(listening, NULL, NULL));
		} else if (!strcmp(command, "udp")) {
			while (n-- > 0)
				connect_to(AF_INET, SOCK_DGRAM, port);
		} else if (!strcmp(command, "socket")) {
			while (n-- > 0)
				keep(socket(AF_INET, SOCK_STREAM, 0));
		} else if (!strcmp(command, "unix-listen")) {
			length = unix_address(&name, text);
			must(bind(keep(socket(AF_UNIX, SOCK_STREAM, 0)), (void *)&name, length), "bind");
			must(listen(held[count - 1], 4096), "listen");
		} else if (!strcmp(command, "unix-connect")) {
			length = unix_address(&name, text);
			while (n-- > 0)
				must(connect(keep(socket(AF_UNIX, SOCK_STREAM, 0)), (void *)&name, length), "connect");
		} else if (!strcmp(command, "socketpair")) {
			for (; n > 0; n--) {
				must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
				keep(pair[0]);
				keep(pair[1]);
			}
		} else if (!strcmp(command, "close")) {
			while (n-- > 0)
				close(held[--count]);
		} else {
			errx(1, "not a command: %s", line);
		}
		tell("%d\n", count);
	}
}
