/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The leader, another thread, which obeys the lines of standard input, and one that does
 * nothing.
 *
 *   tid                      -> its thread id
 *   open N, close N, limit N -> the count of its own descriptors
 *   leader open N, ...       the same, by the leader
 *   unshare                  gets a descriptor table of its own -> its count
 *   exec                     executes this program again, which says "ready"
 *   leave                    the leader ends -> 0
 */
#include "worker.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char *job;
static int answer;

static int do_job(const char *line)
{
	static int opened[TABLE], n;
	long value = number_in(line);

	if (!strncmp(line, "open ", 5)) {
		for (; value > 0; value--)
			opened[n++] = open_one();
	} else if (!strncmp(line, "close ", 6)) {
		for (; value > 0; value--)
			if (close(opened[--n]))
				err(1, "close");
	} else if (!strncmp(line, "limit ", 6)) {
		struct rlimit limit = { value, TABLE };

		if (setrlimit(RLIMIT_NOFILE, &limit))
			err(1, "setrlimit");
	} else {
		errx(1, "not a command: %s", line);
	}
	return count_open();
}

static int let_leader_do(char *line)
{
	int result;

	pthread_mutex_lock(&mutex);
	job = line;
	pthread_cond_broadcast(&changed);
	while (job)
		pthread_cond_wait(&changed, &mutex);
	result = answer;
	pthread_mutex_unlock(&mutex);
	return result;
}

static void *obey(void *unused)
{
	tell("ready\n");
	for (;;) {
		char *line = listen_to();

		if (!strcmp(line, "tid")) {
			tell("%d\n", gettid());
		} else if (!strcmp(line, "unshare")) {
			if (unshare(CLONE_FILES))
				err(1, "unshare");
			tell("%d\n", count_open());
		} else if (!strcmp(line, "exec")) {
			execl("/proc/self/exe", "threads", NULL);
			err(1, "exec");
		} else if (!strcmp(line, "leave")) {
			tell("%d\n", let_leader_do("leave"));
		} else if (!strncmp(line, "leader ", 7)) {
			tell("%d\n", let_leader_do(line + 7));
		} else {
			tell("%d\n", do_job(line));
		}
	}
	return unused;
}

static void *idle(void *unused)
{
	pause();
	return unused;
}

int main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, idle, NULL) || pthread_create(&thread, NULL, obey, NULL))
		errx(1, "pthread_create");
	pthread_mutex_lock(&mutex);
	for (;;) {
		bool leaves;

		while (!job)
			pthread_cond_wait(&changed, &mutex);
		leaves = !strcmp(job, "leave");
		answer = leaves ? 0 : do_job(job);
		job = NULL;
		pthread_cond_broadcast(&changed);
		if (leaves)
			break;
	}
	pthread_mutex_unlock(&mutex);
	/* Of this thread alone. */
	syscall(SYS_exit, 0);
}
