/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks memory in each of the ways that the kernel compares with RLIMIT_MEMLOCK.
 *
 *   mlock KIB    by mlock(2)                          -> errno
 *   shm KIB      a segment, by SHM_LOCK               -> errno
 *   pin KIB      as a buffer of an io_uring           -> errno
 *
 * What was locked stays so until the process ends.
 */
#include "worker.h"
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/uio.h>

static void *memory(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (at == MAP_FAILED)
		err(1, "mmap");
	return at;
}

static int lock_segment(size_t size)
{
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600), problem;

	if (id < 0)
		err(1, "shmget");
	problem = shmctl(id, SHM_LOCK, NULL) ? errno : 0;
	/* It is there until nobody is attached to it: that ends with the process. */
	if (problem || shmat(id, NULL, 0) == (void *)-1)
		shmctl(id, IPC_RMID, NULL);
	else if (shmctl(id, IPC_RMID, NULL))
		err(1, "IPC_RMID");
	return problem;
}

static int pin(size_t size)
{
	struct io_uring_params params = { 0 };
	int ring = syscall(SYS_io_uring_setup, 1, &params);
	struct iovec buffer = { memory(size), size };

	if (ring < 0)
		return errno;
	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) ? errno : 0;
}

int main(void)
{
	tell("ready\n");
	for (;;) {
		char *command = listen_to();
		size_t count = number_in(command);

		if (!strncmp(command, "mlock", 5))
			tell("%d\n", mlock(memory(count << 10), count << 10) ? errno : 0);
		else if (!strncmp(command, "shm", 3))
			tell("%d\n", lock_segment(count << 10));
		else
			tell("%d\n", pin(count << 10));
	}
}
