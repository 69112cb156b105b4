/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chameleon [COUNT [end]]
 *
 * Opens descriptors until it has COUNT, before anything else, and with `end` is done then.
 * Obeys each line of its standard input:
 *
 *   open N, close N       -> the count of its descriptors
 *   limit N               sets the soft limit -> the count
 *   rename NAME           gives itself another name -> the count
 *   flap N ONE TWO        N times: is ONE, opens and closes one descriptor, is TWO -> the count
 *   rename-thread NAME    the same for another thread -> the count
 *   seteuid UID           the effective user, of this thread alone -> the count
 *   touch FILE            makes a file -> the count
 *   move FOLDER           goes into a cgroup -> the count
 *   exec PROGRAM COUNT    becomes another -> "ready"
 *   child                 -> the pid of a child, which sleeps until the worker ends
 *   wake N                the last child opens N, and ends -> 0
 *   thread-child NAME     the same of a thread that has another name -> the pid
 *   run PROGRAM COUNT     -> the pid of a child that was PROGRAM COUNT end
 *   run-in FOLDER PROGRAM COUNT   the same within a cgroup
 *   born-in FOLDER        -> the pid of a child that was born into a cgroup (CLONE_INTO_CGROUP)
 */
#include "worker.h"
#include <linux/sched.h>

static int opened[TABLE], n;
static int orders[2] = { -1, -1 };

static void move(const char *folder)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1)
		err(1, "%s", path);
	close(fd);
}

static void live_as_child(void)
{
	int more;

	if (read(orders[0], &more, sizeof(more)) != sizeof(more))
		_exit(1);
	for (; more > 0; more--)
		open_one();
	_exit(0);
}

static void forget_pipe(void)
{
	if (orders[0] < 0)
		return;
	close(orders[0]);
	close(orders[1]);
}

static pid_t make_child(void)
{
	pid_t self = getpid(), pid;

	forget_pipe();
	if (pipe(orders))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		end_with(self);
		live_as_child();
	}
	return pid;
}

static volatile pid_t child_of_thread;

/* It goes on, since the child ends with whom it was made by. */
static void *make_child_of_thread(void *name)
{
	prctl(PR_SET_NAME, name);
	child_of_thread = make_child();
	pause();
	return NULL;
}

static void *rename_thread(void *name)
{
	prctl(PR_SET_NAME, name);
	return NULL;
}

static pthread_t start_thread(void *(*what)(void *), char *name)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, what, name))
		errx(1, "pthread_create");
	return thread;
}

static pid_t run(const char *folder, const char *program, const char *count)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		if (folder)
			move(folder);
		execl(program, program, count, "end", NULL);
		err(1, "%s", program);
	}
	waitpid(pid, NULL, 0);
	return pid;
}

static pid_t born_in(const char *folder)
{
	struct clone_args arguments = { .exit_signal = SIGCHLD, .flags = CLONE_INTO_CGROUP };
	pid_t self = getpid(), pid;

	arguments.cgroup = open(folder, O_PATH);
	forget_pipe();
	if (pipe(orders))
		err(1, "pipe");
	pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
	if (pid < 0)
		err(1, "clone3");
	if (!pid) {
		end_with(self);
		live_as_child();
	}
	close(arguments.cgroup);
	return pid;
}

int main(int argc, char **argv)
{
	open_until(argc > 1 ? atoi(argv[1]) : 0);
	if (argc > 2)
		return 0;
	tell("ready\n");
	for (;;) {
		char *line = listen_to(), *word = strtok(line, " ");
		char *first = strtok(NULL, " "), *second = strtok(NULL, " "), *third = strtok(NULL, " ");
		long value = first ? strtol(first, NULL, 10) : 0;

		if (!strcmp(word, "open")) {
			for (; value > 0; value--)
				opened[n++] = open_one();
		} else if (!strcmp(word, "close")) {
			for (; value > 0; value--)
				close(opened[--n]);
		} else if (!strcmp(word, "limit")) {
			struct rlimit limit = { value, TABLE };

			if (setrlimit(RLIMIT_NOFILE, &limit))
				err(1, "setrlimit");
		} else if (!strcmp(word, "rename")) {
			prctl(PR_SET_NAME, first);
		} else if (!strcmp(word, "flap")) {
			for (; value > 0; value--) {
				prctl(PR_SET_NAME, second);
				close(open_one());
				prctl(PR_SET_NAME, third);
			}
		} else if (!strcmp(word, "rename-thread")) {
			pthread_join(start_thread(rename_thread, first), NULL);
		} else if (!strcmp(word, "seteuid")) {
			if (syscall(SYS_setresuid, -1, value, -1))
				err(1, "setresuid");
		} else if (!strcmp(word, "touch")) {
			close(creat(first, 0600));
		} else if (!strcmp(word, "move")) {
			move(first);
		} else if (!strcmp(word, "exec")) {
			execl(first, first, second, NULL);
			err(1, "%s", first);
		} else if (!strcmp(word, "child")) {
			tell("%d\n", make_child());
			continue;
		} else if (!strcmp(word, "thread-child")) {
			child_of_thread = 0;
			start_thread(make_child_of_thread, first);
			while (!child_of_thread)
				sched_yield();
			tell("%d\n", child_of_thread);
			continue;
		} else if (!strcmp(word, "wake")) {
			int more = value;

			if (write(orders[1], &more, sizeof(more)) != sizeof(more))
				err(1, "write");
			wait(NULL);
			tell("0\n");
			continue;
		} else if (!strcmp(word, "run")) {
			tell("%d\n", run(NULL, first, second));
			continue;
		} else if (!strcmp(word, "run-in")) {
			tell("%d\n", run(first, second, third));
			continue;
		} else if (!strcmp(word, "born-in")) {
			tell("%d\n", born_in(first));
			continue;
		} else {
			errx(1, "not a command: %s", word);
		}
		tell("%d\n", count_open());
	}
}
