/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * walker STEPS SEED THREADS FORKS EXECS LEVEL...
 *
 * Makes STEPS random operations on its descriptors, in THREADS threads one after the
 * other under a mutex. At one operation in FORKS it forks a child that takes half of the
 * steps left, at one in EXECS it executes itself with some descriptors closed on exec.
 *
 * Every process notes its way on descriptor 3, which is opened for appending:
 *
 *   PID start COUNT PARENT   the child of a fork
 *   PID up LEVEL COUNT       or "down": after the operation that crossed the level
 *   PID exec COUNT
 *   PID end
 *
 * The count is kept by what each operation answered, and held against a count by poll(2)
 * every CHECK operations.
 */
#include "worker.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define MOST_LEVELS 64
/* The walk stays below this. */
#define MOST_OPEN 300
#define CHECK 500
/* Half of fewer is no walk. */
#define FEWEST_STEPS 400
/* Kept open: the three standard ones, the notes, this program, and a socket pair. */
#define PROGRAM 4
#define PAIR 5
#define KEPT 7

static bool is_open[TABLE];
static int count;

static int levels[MOST_LEVELS], level_count;
static long steps, threads, forks, execs;

static char *notes;
static size_t notes_size;
static FILE *note;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int opened(int fd)
{
	if (fd < 0)
		err(1, "an operation failed");
	count += !is_open[fd];
	is_open[fd] = true;
	return fd;
}

static void closed(int fd)
{
	count -= is_open[fd];
	is_open[fd] = false;
}

static void check_count(void)
{
	bool truly_open[TABLE];
	int true_count = count_open_into(truly_open);

	if (true_count != count || memcmp(truly_open, is_open, sizeof(is_open)))
		errx(1, "the walker counts %d and has %d", count, true_count);
}

static void write_notes(void)
{
	fflush(note);
	if (write(3, notes, notes_size) != (ssize_t)notes_size)
		err(1, "the notes");
	rewind(note);
}

static void note_crossings(int old)
{
	for (int i = 0; i < level_count; i++)
		if (old < levels[i] && levels[i] <= count)
			fprintf(note, "%d up %d %d\n", getpid(), levels[i], count);
	for (int i = level_count - 1; i >= 0; i--)
		if (count < levels[i] && levels[i] <= old)
			fprintf(note, "%d down %d %d\n", getpid(), levels[i], count);
}

/* One that the walk may close or copy over, or 0. */
static int any_open(void)
{
	int start = random() % TABLE;

	for (int i = 0; i < TABLE; i++) {
		int fd = (start + i) % TABLE;

		if (fd >= KEPT && is_open[fd])
			return fd;
	}
	return 0;
}

static void receive_descriptors(int n)
{
	int fds[64];
	char byte = 0, control[CMSG_SPACE(sizeof(fds))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
				  .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	memset(fds, 0, sizeof(fds));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(header), fds, n * sizeof(int));
	if (sendmsg(PAIR, &message, 0) < 0)
		err(1, "sendmsg");
	message.msg_controllen = sizeof(control);
	if (recvmsg(PAIR + 1, &message, 0) < 0)
		err(1, "recvmsg");
	memcpy(fds, CMSG_DATA(header), n * sizeof(int));
	for (int i = 0; i < n; i++)
		opened(fds[i]);
}

static void close_some(void)
{
	int fd = any_open(), last = fd + random() % 40;

	if (!fd)
		return;
	if (random() % 40) {
		close(fd);
		closed(fd);
		return;
	}
	if (syscall(SYS_close_range, fd, last, 0))
		err(1, "close_range");
	for (; fd <= last && fd < TABLE; fd++)
		closed(fd);
}

static void open_some(void)
{
	int fd = any_open(), two[2];

	switch (random() % 14) {
	case 0:
		opened(dup(fd));
		break;
	case 1: /* over an open one or into a hole */
		opened(dup2(0, KEPT + random() % (MOST_OPEN - KEPT)));
		break;
	case 2:
		opened(dup3(0, KEPT + random() % (MOST_OPEN - KEPT), O_CLOEXEC));
		break;
	case 3:
		opened(fcntl(0, F_DUPFD, random() % (random() % 50 ? MOST_OPEN : TABLE - MOST_OPEN)));
		break;
	case 4:
		if (pipe(two))
			err(1, "pipe");
		opened(two[0]);
		opened(two[1]);
		break;
	case 5:
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, two))
			err(1, "socketpair");
		opened(two[0]);
		opened(two[1]);
		break;
	case 6:
		receive_descriptors(1 + random() % (random() % 4 ? 3 : 40));
		break;
	case 7:
		/*
		 * Fails: reserves a number and gives it back. Among threads another may be looked
		 * at meanwhile, and see it rightly.
		 */
		if (threads == 1 && open("/nonexistent/file", O_RDONLY) >= 0)
			errx(1, "a file that cannot be there");
		break;
	case 8:
		opened(eventfd(0, 0));
		break;
	case 9:
		opened(epoll_create1(0));
		break;
	case 10:
		opened(socket(AF_UNIX, SOCK_DGRAM, 0));
		break;
	default:
		opened(open("/dev/null", O_RDONLY));
	}
}

/* One system call that changes the table, with others around it that do not. */
static void change(void)
{
	/* Leaning to one side for a while, so that the walk goes through the levels. */
	static int falling, left;
	int old = count;

	if (left-- <= 0) {
		falling = random() % 2;
		left = random() % 120;
	}
	if (count > MOST_OPEN || (falling && count > KEPT + 4))
		close_some();
	else
		open_some();
	note_crossings(old);
}

/* The child of a fork must not receive what its parent sends to itself. */
static void have_own_pair(void)
{
	int old = count, two[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, two))
		err(1, "socketpair");
	opened(two[0]);
	opened(two[1]);
	note_crossings(old);
	for (int i = 0; i < 2; i++) {
		if (dup2(two[i], PAIR + i) < 0)
			err(1, "dup2");
		old = count;
		close(two[i]);
		closed(two[i]);
		note_crossings(old);
	}
}

static void walk(void);

static void end(void)
{
	while (wait(NULL) > 0)
		;
	check_count();
	fprintf(note, "%d end\n", getpid());
	write_notes();
	_exit(0);
}

/* Mutex held, which the child of a fork has too. */
static void fork_child(void)
{
	long half = steps / 2;
	pid_t parent = getpid(), child;

	steps -= half;
	fflush(note);
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child)
		return;
	rewind(note);
	fprintf(note, "%d start %d %d\n", getpid(), count, parent);
	have_own_pair();
	steps = half;
	srandom(random() ^ getpid());
	pthread_mutex_init(&turn, NULL);
	walk();
	end();
}

static void execute_itself(void)
{
	char words[6 + MOST_LEVELS][24], *arguments[7 + MOST_LEVELS];
	long numbers[] = { steps, random(), threads, forks, execs };
	int n = 0;

	for (int fd = KEPT; fd < TABLE; fd++)
		if (is_open[fd] && fcntl(fd, F_SETFD, random() % 2 ? FD_CLOEXEC : 0))
			err(1, "F_SETFD");
	sprintf(words[n++], "%d", count);
	for (int i = 0; i < 5; i++)
		sprintf(words[n++], "%ld", numbers[i]);
	for (int i = 0; i < level_count; i++)
		sprintf(words[n++], "%d", levels[i]);
	for (int i = 0; i < n; i++)
		arguments[i] = words[i];
	arguments[n] = NULL;
	write_notes();
	syscall(SYS_execveat, PROGRAM, "", arguments, environ, AT_EMPTY_PATH);
	err(1, "execveat");
}

static void walk(void)
{
	bool more = true;

	while (more) {
		pthread_mutex_lock(&turn);
		more = steps > 0;
		if (more) {
			change();
			steps--;
			if (steps % CHECK == 0)
				check_count();
			if (forks && steps > FEWEST_STEPS && random() % forks == 0)
				fork_child();
			if (execs && steps && random() % execs == 0)
				execute_itself();
		}
		pthread_mutex_unlock(&turn);
		if (threads > 1 && more)
			sched_yield();
	}
}

static void *walk_in_thread(void *unused)
{
	walk();
	return unused;
}

int main(int argc, char **argv)
{
	/* Executed by itself, it gets the count that it had for its name. */
	int before = atoi(argv[0]), two[2];
	pthread_t thread[16];

	if (argc < 7 || argc > 6 + MOST_LEVELS)
		errx(1, "walker STEPS SEED THREADS FORKS EXECS LEVEL...");
	steps = atol(argv[1]);
	srandom(atol(argv[2]));
	threads = atol(argv[3]);
	forks = atol(argv[4]);
	execs = atol(argv[5]);
	for (int i = 6; i < argc; i++)
		levels[level_count++] = atoi(argv[i]);
	note = open_memstream(&notes, &notes_size);
	if (!before) {
		/* Not O_PATH, which poll(2) takes for closed. */
		if (open("/proc/self/exe", O_RDONLY) != PROGRAM || socketpair(AF_UNIX, SOCK_STREAM, 0, two) ||
		    two[0] != PAIR)
			errx(1, "descriptors are not where they should be");
		tell("ready\n");
		listen_to();
	}
	count = count_open_into(is_open);
	if (before) {
		int now = count;

		note_crossings(before);
		fprintf(note, "%d exec %d\n", getpid(), now);
	}
	/* While a thread executes, the others can make none (copy_fs() in kernel/fork.c). */
	pthread_mutex_lock(&turn);
	for (int i = 1; i < threads; i++)
		if (pthread_create(&thread[i], NULL, walk_in_thread, NULL))
			errx(1, "pthread_create");
	pthread_mutex_unlock(&turn);
	walk();
	for (int i = 1; i < threads; i++)
		pthread_join(thread[i], NULL);
	end();
}
