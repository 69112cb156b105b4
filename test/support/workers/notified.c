/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notified ADDRESS
 *
 * Receives what sd_notify(3) sends to ADDRESS, a path or @name in the abstract namespace, and
 * tells each message in one line: the pid of its sender, and the message with | for a newline.
 */
#include "worker.h"
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static int bind_to(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), yes = 1;

	if (length >= sizeof(address.sun_path))
		errx(1, "%s is too long", name);
	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = 0;
	else
		length++;
	if (bind(fd, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + length))
		err(1, "bind %s", name);
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)))
		err(1, "SO_PASSCRED");
	return fd;
}

static pid_t receive(int fd, char *text, size_t size)
{
	char control[CMSG_SPACE(sizeof(struct ucred))];
	struct iovec part = { text, size - 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(fd, &message, 0);
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	struct ucred sender;

	if (length < 0 || !header || header->cmsg_type != SCM_CREDENTIALS)
		err(1, "recvmsg");
	text[length] = 0;
	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = '|';
	memcpy(&sender, CMSG_DATA(header), sizeof(sender));
	return sender.pid;
}

int main(int argc, char **argv)
{
	char text[4096];
	int fd;

	if (argc != 2)
		errx(1, "notified ADDRESS");
	fd = bind_to(argv[1]);
	tell("ready\n");
	for (;;) {
		pid_t sender = receive(fd, text, sizeof(text));

		tell("%d %s\n", sender, text);
	}
}
