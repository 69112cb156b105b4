/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user UID
 *
 * Becomes a user of its own (0: stays who it is), says "ready" and obeys:
 *   become UID               another user
 *   real UID                 the same of its real user only: if it was root it can do so again
 *   nest N                   user namespaces, each within the last
 *   enter PID                the user namespace of another process
 *   fork N, reap N           children that do nothing, and their ends
 *   spare N                  children that end at once, and nobody waits for
 *   fail N                   forks that fail when the child is counted already
 *   threads N, join N        the same of threads
 *   queue N, take N, read N  signals to itself: queued, waited for, and read of a signalfd
 *   handle N                 signals that a handler takes
 *   timers N, disarm N       timers, of which each has a signal ready
 *   open N, close N          message queues, which go with their last descriptor
 *   leave N                  queues that a child makes, and that end with it
 *   limit NUMBER SOFT        its own soft limit of a resource, by its number in getrlimit(2)
 * and answers each with what its doings count in processes, signals and bytes of queues. The
 * signals are those of /proc/self/status, the bytes as getrlimit(2) adds them up.
 */
#include "worker.h"
#include <mqueue.h>
#include <sys/signalfd.h>
#include <time.h>

#define MOST 64
#define SIGNAL SIGRTMIN
#define HANDLED (SIGRTMIN + 1)
#define MAXMSG 4
#define MSGSIZE 100
/* Of a message in the kernel, and of a node in the tree of priorities (getrlimit(2)). */
#define OVERHEAD 48

static pid_t children[MOST];
static pthread_t threads[MOST];
static timer_t timers[MOST];
static mqd_t queues[MOST];
static int nr_children, nr_threads, nr_timers, nr_queues, go_on[2], signals_fd;

static void *wait_for_end(__attribute__((unused)) void *argument)
{
	char c;

	if (read(go_on[0], &c, 1) != 1)
		err(1, "read");
	return NULL;
}

static void become(int uid)
{
	if (setresuid(uid, uid, uid))
		err(1, "setresuid");
}

static void write_to(const char *path, const char *format, ...)
{
	int fd = open(path, O_WRONLY);
	va_list values;

	va_start(values, format);
	if (fd < 0 || vdprintf(fd, format, values) < 0)
		err(1, "%s", path);
	va_end(values);
	close(fd);
}

/* Whose user and group are root's there: without that it could not make another one within it. */
static void nest_once(void)
{
	unsigned int uid = geteuid(), gid = getegid();

	/* Who has become another user does not own what is below /proc/self. */
	prctl(PR_SET_DUMPABLE, 1);
	if (unshare(CLONE_NEWUSER))
		err(1, "unshare");
	write_to("/proc/self/setgroups", "deny");
	write_to("/proc/self/uid_map", "0 %u 1", uid);
	write_to("/proc/self/gid_map", "0 %u 1", gid);
}

static void enter(int pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWUSER))
		err(1, "setns to %s", path);
	close(fd);
}

static pid_t child(void)
{
	pid_t self = getpid(), pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		end_with(self);
	return pid;
}

static void fork_one(void)
{
	pid_t pid = child();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	children[nr_children++] = pid;
}

static void reap_one(void)
{
	pid_t pid = children[--nr_children];

	kill(pid, SIGKILL);
	if (waitpid(pid, NULL, 0) != pid)
		err(1, "waitpid");
}

static void spare_one(void)
{
	signal(SIGCHLD, SIG_IGN);
	if (child() == 0)
		_exit(0);
	/* Until it is gone. */
	while (wait(NULL) > 0)
		;
	signal(SIGCHLD, SIG_DFL);
}

static void fail_one(void)
{
	/* There is no place for the number of its pidfd. */
	if (syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, 1, NULL, NULL) != -1 || errno != EFAULT)
		err(1, "clone");
}

static void start_thread(void)
{
	errno = pthread_create(&threads[nr_threads++], NULL, wait_for_end, NULL);
	if (errno)
		err(1, "pthread_create");
}

static void join_thread(void)
{
	if (write(go_on[1], "x", 1) != 1)
		err(1, "write");
	/* Any of them may have read it: they are all alike but for who is joined. */
	for (int i = 0;; i = (i + 1) % nr_threads)
		if (!pthread_tryjoin_np(threads[i], NULL)) {
			threads[i] = threads[--nr_threads];
			return;
		}
}

static void queue_signal(int signal)
{
	if (sigqueue(getpid(), signal, (union sigval){ 0 }))
		err(1, "sigqueue");
}

static void queue_one(void)
{
	queue_signal(SIGNAL);
}

static void handle_one(void)
{
	queue_signal(HANDLED);
}

static void take_one(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGNAL);
	if (sigwaitinfo(&set, NULL) != SIGNAL)
		err(1, "sigwaitinfo");
}

static void read_one(void)
{
	struct signalfd_siginfo info;

	if (read(signals_fd, &info, sizeof(info)) != sizeof(info))
		err(1, "read of a signalfd");
}

static void arm_one(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGNAL };

	if (timer_create(CLOCK_MONOTONIC, &event, &timers[nr_timers++]))
		err(1, "timer_create");
}

static void disarm_one(void)
{
	if (timer_delete(timers[--nr_timers]))
		err(1, "timer_delete");
}

static void name_of(int number, char *name)
{
	sprintf(name, "/user-%d-%d", getpid(), number);
}

static mqd_t make_queue(int number)
{
	struct mq_attr attributes = { .mq_maxmsg = MAXMSG, .mq_msgsize = MSGSIZE };
	char name[64];
	mqd_t queue;

	name_of(number, name);
	queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
	if (queue < 0)
		err(1, "mq_open");
	mq_unlink(name);
	return queue;
}

static void open_one_queue(void)
{
	queues[nr_queues] = make_queue(nr_queues);
	nr_queues++;
}

static void close_one_queue(void)
{
	mq_close(queues[--nr_queues]);
}

static void leave_one(void)
{
	pid_t pid = child();

	if (pid == 0) {
		make_queue(MOST);
		_exit(0);
	}
	if (waitpid(pid, NULL, 0) != pid)
		err(1, "waitpid");
}

static void nothing(__attribute__((unused)) int number)
{
}

static const struct {
	const char *name;
	void (*obey)(void);
} commands[] = {
	{ "fork", fork_one },	  { "reap", reap_one },	    { "spare", spare_one },
	{ "threads", start_thread }, { "join", join_thread },   { "queue", queue_one },
	{ "take", take_one },	  { "read", read_one },	    { "handle", handle_one },
	{ "timers", arm_one },	  { "disarm", disarm_one }, { "open", open_one_queue },
	{ "close", close_one_queue }, { "leave", leave_one },   { "nest", nest_once },
	{ "fail", fail_one },
};

static void (*command_of(const char *name))(void)
{
	for (unsigned int i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].obey;
	errx(1, "what is \"%s\"?", name);
}

static void obey(const char *line)
{
	char name[16];
	int count, soft;

	if (sscanf(line, "become %d", &count) == 1) {
		become(count);
		return;
	}
	if (sscanf(line, "real %d", &count) == 1) {
		if (setresuid(count, -1, -1))
			err(1, "setresuid");
		return;
	}
	if (sscanf(line, "enter %d", &count) == 1) {
		enter(count);
		return;
	}
	if (sscanf(line, "limit %d %d", &count, &soft) == 2) {
		struct rlimit limit;

		getrlimit(count, &limit);
		limit.rlim_cur = soft;
		if (setrlimit(count, &limit))
			err(1, "setrlimit");
		return;
	}
	if (sscanf(line, "%15s %d", name, &count) != 2)
		errx(1, "what is \"%s\"?", line);
	for (int i = 0; i < count; i++)
		command_of(name)();
}

int main(int argc, char **argv)
{
	int uid = argc == 2 ? atoi(argv[1]) : 0;
	sigset_t blocked;

	if (uid)
		become(uid);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGNAL);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signals_fd = signalfd(-1, &blocked, 0);
	signal(HANDLED, nothing);
	if (pipe(go_on) || signals_fd < 0)
		err(1, "pipe, signalfd");
	tell("ready\n");
	for (;;) {
		obey(listen_to());
		tell("%d %lu %d\n", 1 + nr_children + nr_threads, status_number("SigQ:"),
		     nr_queues * (MAXMSG * (MSGSIZE + 2 * OVERHEAD)));
	}
}
