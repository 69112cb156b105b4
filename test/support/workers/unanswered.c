/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that hang in dup2(2): each replaces a descriptor of a file whose server, FUSE in a
 * child, does not answer when it is closed (FLUSH).
 *
 *   hang N   N more of them -> N, when all hang
 *
 * The file is in place of this program's own, in a mount namespace of its own.
 */
#include "worker.h"

#include <linux/fuse.h>
#include <sys/mount.h>

static const char *path;
static int flushes[2];

static void answer(int fuse, __u64 unique, int error, const void *body, size_t length)
{
	char reply[256];
	struct fuse_out_header header = { .len = sizeof(header) + length, .error = error, .unique = unique };

	memcpy(reply, &header, sizeof(header));
	memcpy(reply + sizeof(header), body, length);
	if (write(fuse, reply, header.len) < 0 && errno != ENOENT)
		err(1, "FUSE");
}

/* Until the process that has made it has ended, and whoever waits gets an error. */
static void serve(int fuse)
{
	static _Alignas(struct fuse_in_header) char request[FUSE_MIN_READ_BUFFER + 4096];
	const struct fuse_in_header *in = (void *)request;
	struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION, .minor = 31, .max_background = 1024, .max_write = 4096,
	};
	struct fuse_attr_out attributes = { .attr = { .ino = FUSE_ROOT_ID, .mode = S_IFREG | 0444, .nlink = 1 } };
	struct fuse_open_out opened = { 0 };

	while (read(fuse, request, sizeof(request)) > 0) {
		if (in->opcode == FUSE_INIT)
			answer(fuse, in->unique, 0, &init, sizeof(init));
		else if (in->opcode == FUSE_GETATTR)
			answer(fuse, in->unique, 0, &attributes, sizeof(attributes));
		else if (in->opcode == FUSE_OPEN)
			answer(fuse, in->unique, 0, &opened, sizeof(opened));
		else if (in->opcode == FUSE_FLUSH && write(flushes[1], "", 1) != 1)
			break;
		else if (in->opcode != FUSE_FLUSH && in->opcode != FUSE_FORGET && in->opcode != FUSE_INTERRUPT)
			answer(fuse, in->unique, -ENOSYS, NULL, 0);
	}
	_exit(1);
}

static void *hang(void *unused)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		err(1, "%s", path);
	dup2(0, fd);
	return unused;
}

int main(void)
{
	int fuse = open("/dev/fuse", O_RDWR);
	pid_t self = getpid();
	char options[64];

	path = program_invocation_name;
	snprintf(options, sizeof(options), "fd=%d,rootmode=100000,user_id=0,group_id=0", fuse);
	if (fuse < 0 || pipe(flushes))
		err(1, "/dev/fuse");
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("fuse", path, "fuse", 0, options))
		err(1, "mount");
	if (!fork()) {
		end_with(self);
		serve(fuse);
	}
	close(fuse);
	tell("ready\n");
	for (;;) {
		long callers = number_in(listen_to());
		pthread_t thread;
		char byte;

		for (long i = 0; i < callers; i++)
			if (pthread_create(&thread, NULL, hang, NULL))
				errx(1, "pthread_create");
		for (long i = 0; i < callers; i++)
			if (read(flushes[0], &byte, 1) != 1)
				err(1, "the server");
		tell("%ld\n", callers);
	}
}
