// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one operation costs that has to do with some resource: resources
 *
 * Obeys lines "OPERATION COUNT" and answers each with the median of so many, in the ticks of clock.h. With an argument
 * it ends at once: it is the small program that is spawned.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include "clock.h"

#define MOST 100000
#define AREA (64 * 1024)
#define FAULTS 512

static uint64_t ticks[MOST];
static long page;
static char *faulting;
static int ping, pong;
static pthread_t partner;
static sigset_t queued;

static void set_realtime(int on)
{
	struct sched_param parameter = { .sched_priority = on ? 1 : 0 };

	check(sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &parameter), "sched_setscheduler");
}

static void nothing(void)
{
}

static void unrelated(void)
{
	syscall(SYS_getppid);
}

static void open_hot(void)
{
	close(check(open("/dev/null", O_RDONLY), "open"));
}

static void map(void)
{
	char *area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED)
		die("mmap");
	for (long at = 0; at < AREA; at += page)
		*(volatile char *)(area + at) = 1;
	munmap(area, AREA);
}

static void move_break(void)
{
	if (sbrk(page) == (void *)-1 || sbrk(-page) == (void *)-1)
		die("sbrk");
}

static void prepare_faults(void)
{
	if (faulting)
		return;
	faulting = mmap(NULL, FAULTS * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (faulting == MAP_FAILED)
		die("mmap");
	madvise(faulting, FAULTS * page, MADV_NOHUGEPAGE);
}

static void fault(void)
{
	madvise(faulting, FAULTS * page, MADV_DONTNEED);
	for (long i = 0; i < FAULTS; i++)
		*(volatile char *)(faulting + i * page) = 1;
}

static void *answer(void *unused)
{
	eventfd_t value;

	(void)unused;
	while (!eventfd_read(ping, &value) && value == 1)
		eventfd_write(pong, 1);
	return NULL;
}

/* Not as real-time threads: of those no time is told to tracepoints as it is used. */
static void prepare_switch(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	set_realtime(0);
	check(sched_setaffinity(0, sizeof(first), &first), "sched_setaffinity");
	ping = check(eventfd(0, 0), "eventfd");
	pong = check(eventfd(0, 0), "eventfd");
	if (pthread_create(&partner, NULL, answer, NULL))
		die("pthread_create");
}

static void switch_threads(void)
{
	eventfd_t value;

	eventfd_write(ping, 1);
	eventfd_read(pong, &value);
}

static void end_switch(void)
{
	eventfd_write(ping, 2);
	pthread_join(partner, NULL);
	close(ping);
	close(pong);
	set_realtime(1);
}

static void wait_for(pid_t child)
{
	if (child < 0 || waitpid(child, NULL, 0) != child)
		die("child");
}

static void fork_child(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	wait_for(child);
}

static void spawn(void)
{
	static char *const command[] = { "resources", "end", NULL }, *const environment[] = { NULL };
	pid_t child = vfork();

	if (!child) {
		execve("/proc/self/exe", command, environment);
		_exit(127);
	}
	wait_for(child);
}

static void queue_signal(void)
{
	check(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 0 }), "sigqueue");
	check(sigwaitinfo(&queued, NULL), "sigwaitinfo");
}

static const struct {
	const char *name;
	void (*run)(void);
	void (*prepare)(void);
	void (*end)(void);
} operations[] = {
	{ "nothing", nothing, NULL, NULL },	      { "getppid", unrelated, NULL, NULL },
	{ "open", open_hot, NULL, NULL },	      { "map", map, NULL, NULL },
	{ "brk", move_break, NULL, NULL },	      { "faults", fault, prepare_faults, NULL },
	{ "switch", switch_threads, prepare_switch, end_switch }, { "fork", fork_child, NULL, NULL },
	{ "spawn", spawn, NULL, NULL },		      { "signal", queue_signal, NULL, NULL },
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void measure(size_t operation, long count)
{
	void (*run)(void) = operations[operation].run;

	if (operations[operation].prepare)
		operations[operation].prepare();
	run();
	for (long i = 0; i < count; i++) {
		uint64_t start = now();

		run();
		ticks[i] = now() - start;
	}
	if (operations[operation].end)
		operations[operation].end();
	qsort(ticks, count, sizeof(*ticks), by_value);
	printf("%lu\n", (unsigned long)ticks[count / 2]);
}

int main(int argc, char **argv)
{
	char line[128], word[32];
	long count;

	(void)argv;
	if (argc > 1)
		return 0;
	page = sysconf(_SC_PAGESIZE);
	memset(ticks, 1, sizeof(ticks));
	sigemptyset(&queued);
	sigaddset(&queued, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &queued, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare_clock();
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin)) {
		size_t i;

		if (sscanf(line, "%31s %ld", word, &count) != 2 || count < 1 || count > MOST) {
			printf("what?\n");
			continue;
		}
		for (i = 0; i < sizeof(operations) / sizeof(*operations); i++)
			if (!strcmp(word, operations[i].name))
				break;
		if (i == sizeof(operations) / sizeof(*operations)) {
			printf("what?\n");
			continue;
		}
		/* Nobody runs in between: who reads the events would, on a machine with one processor. */
		set_realtime(1);
		measure(i, count);
		set_realtime(0);
	}
	return 0;
}
