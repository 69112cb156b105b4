/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * births COUNT
 *
 * Has COUNT descriptors open. A line says how a child is made: fork, vfork, clone3 or
 * posix_spawn. It opens one descriptor more, makes a child in the same way, which does
 * the same, and ends. Answers with a line "CHILD GRANDCHILD" when both have ended.
 */
#include "worker.h"
#include <linux/sched.h>
#include <spawn.h>
#include <sys/mman.h>

#define GENERATIONS 2

/* Which generation has which pid: a descriptor, since posix_spawn(3) shares nothing else. */
#define PIDS 3

static void bear(const char *how, int generation);

static void live(const char *how, int generation)
{
	pid_t pid = getpid();

	open_one();
	if (pwrite(PIDS, &pid, sizeof(pid), generation * sizeof(pid)) != sizeof(pid))
		_exit(1);
	if (generation + 1 < GENERATIONS)
		bear(how, generation + 1);
	_exit(0);
}

static pid_t make(const char *how, int generation)
{
	pid_t pid;

	if (!strcmp(how, "fork")) {
		pid = fork();
	} else if (!strcmp(how, "clone3")) {
		struct clone_args arguments = { .exit_signal = SIGCHLD };

		pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
	} else {
		char number[] = { '0' + generation, 0 };
		char *arguments[] = { (char *)how, number, NULL };

		if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, environ))
			errx(1, "posix_spawn");
	}
	return pid;
}

static void bear(const char *how, int generation)
{
	/* The child of vfork(2) may not return from here. */
	pid_t pid = strcmp(how, "vfork") ? make(how, generation) : vfork();
	int status;

	if (pid < 0)
		err(1, "%s", how);
	if (!pid)
		live(how, generation);
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "a child failed");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(1, "births COUNT");
	if (!strcmp(argv[0], "posix_spawn"))
		live(argv[0], atoi(argv[1]));
	if (memfd_create("pids", 0) != PIDS)
		errx(1, "descriptors are not where they should be");
	open_until(atoi(argv[1]));
	tell("ready\n");
	for (;;) {
		pid_t pids[GENERATIONS];

		bear(listen_to(), 0);
		if (pread(PIDS, pids, sizeof(pids), 0) != sizeof(pids))
			err(1, "the pids");
		tell("%d %d\n", pids[0], pids[1]);
	}
}
