/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory STEPS SEED
 *
 * Says "ready", waits for a line, and makes STEPS random changes to its memory: each maps,
 * unmaps, replaces, moves, protects, locks or attaches something, moves the break, lets the stack grow,
 * or has a child of vfork(2) do it in the same memory. After each it reads /proc/self/status,
 * and at the end it writes what it read to descriptor 3: for each step VmSize, VmData, VmStk
 * and VmLck, of 8 bytes each, in bytes.
 */
#include "worker.h"
#include <linux/aio_abi.h>
#include <malloc.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#define MOST_AREAS 20
#define MOST_PAGES 24
#define MOST_STACK_GROWTH (256 * 1024)

static struct area {
	char *at;
	size_t length;
	bool is_shm;
} areas[MOST_AREAS];
static int area_count;

static struct truth {
	uint64_t size, data, stack, locked;
} *truths;

static long page;
static int shm;

static size_t some_pages(void)
{
	return (1 + random() % MOST_PAGES) * page;
}

static uint64_t field(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	if (!line)
		errx(1, "no %s in /proc/self/status", name);
	return strtoull(line + strlen(name), NULL, 10) * 1024;
}

/* With nothing that moves memory. */
static void note(struct truth *truth)
{
	static char text[8192];
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t length = read(fd, text, sizeof(text) - 1);

	if (length <= 0)
		err(1, "/proc/self/status");
	close(fd);
	text[length] = 0;
	truth->size = field(text, "VmSize:");
	truth->data = field(text, "VmData:");
	truth->stack = field(text, "VmStk:");
	truth->locked = field(text, "VmLck:");
}

static void keep(char *at, size_t length, bool is_shm)
{
	if (at == MAP_FAILED)
		err(1, "a mapping");
	areas[area_count++] = (struct area){ at, length, is_shm };
}

static void map(void)
{
	static const int flags[] = { MAP_PRIVATE, MAP_SHARED, MAP_PRIVATE | MAP_GROWSDOWN, MAP_PRIVATE | MAP_LOCKED };
	static const int protections[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE };
	size_t length = some_pages();

	keep(mmap(NULL, length, protections[random() % 3], flags[random() % 4] | MAP_ANONYMOUS, -1, 0), length, false);
}

static void unmap(int i)
{
	struct area area = areas[i];
	size_t half = area.length / 2 / page * page;

	if (area.is_shm) {
		shmdt(area.at);
	} else if (half && random() % 3 == 0) {
		munmap(area.at, half);
		areas[i] = (struct area){ area.at + half, area.length - half, false };
		return;
	} else {
		munmap(area.at, area.length);
	}
	areas[i] = areas[--area_count];
}

static void lock(const struct area *area)
{
	switch (random() % 256) {
	case 0:
		mlockall(MCL_CURRENT);
		break;
	/* Sooner undone than done: what all has to be there takes long. */
	case 1 ... 8:
		munlockall();
		break;
	case 9 ... 100:
		mlock(area->at, area->length);
		break;
	case 101 ... 144:
		mlock2(area->at, area->length, MLOCK_ONFAULT);
		break;
	default:
		munlock(area->at, area->length);
	}
}

/* The kernel maps a ring for it, and unmaps it again. */
static void toggle_aio(void)
{
	static aio_context_t context;

	if (!context)
		syscall(SYS_io_setup, 1, &context);
	else if (!syscall(SYS_io_destroy, context))
		context = 0;
}

/* In one call the old one goes and another comes, so that there is as much as before but for what is private. */
static void replace(struct area *area)
{
	int kind = random() % 2 ? MAP_PRIVATE : MAP_SHARED;

	if (mmap(area->at, area->length, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != area->at)
		err(1, "mmap with MAP_FIXED");
	area->is_shm = false;
}

static void move(struct area *area)
{
	size_t length = some_pages();
	/* Of a locked or growing one it may be refused. */
	char *at = area->is_shm ? MAP_FAILED : mremap(area->at, area->length, length, MREMAP_MAYMOVE);

	if (at == MAP_FAILED)
		return;
	area->at = at;
	area->length = length;
}

__attribute__((noinline)) static int grow_stack(size_t bytes)
{
	volatile char room[bytes];

	for (size_t i = 0; i < bytes; i += page)
		room[i] = 1;
	return room[0];
}

/* What it maps stays: it has its parent's memory. */
static void map_in_child(void)
{
	pid_t child = vfork();

	if (child == 0) {
		map();
		_exit(0);
	}
	if (child < 0 || waitpid(child, NULL, 0) != child)
		err(1, "vfork");
}

/* Not below where it was at first: what is there belongs to malloc(3). */
static void move_break(void)
{
	static long first;
	long now = syscall(SYS_brk, 0);

	if (!first)
		first = now;
	syscall(SYS_brk, random() % 2 || now == first ? now + page : now - page);
}

static void step(void)
{
	static size_t stack = 64 * 1024;
	int i = area_count ? random() % area_count : 0;
	bool has_area = area_count > 0;

	switch (area_count >= MOST_AREAS - 1 ? 1 : random() % 14) {
	case 0:
	case 1:
	case 2:
		if (has_area && random() % 2)
			unmap(i);
		else if (area_count < MOST_AREAS - 1)
			map();
		break;
	case 3:
		if (has_area)
			move(&areas[i]);
		break;
	case 4:
	case 5:
		if (has_area)
			mprotect(areas[i].at, areas[i].length, random() % 2 ? PROT_READ : PROT_READ | PROT_WRITE);
		break;
	case 6:
	case 7:
		/* What has no permission is locked all the same (mlock(2)): ENOMEM says only that nothing is there. */
		if (has_area)
			lock(&areas[i]);
		break;
	case 8:
		keep(shmat(shm, NULL, 0), 4 * page, true);
		break;
	case 9:
		move_break();
		break;
	case 10:
		if (stack < MOST_STACK_GROWTH && random() % 8 == 0)
			grow_stack(stack += 4 * page);
		break;
	case 11:
		if (has_area)
			replace(&areas[i]);
		break;
	case 12:
		/* Its end waits for all processors. */
		if (random() % 16 == 0)
			toggle_aio();
		break;
	default:
		map_in_child();
	}
}

int main(int argc, char **argv)
{
	long steps = argc > 2 ? atol(argv[1]) : 0;
	size_t length = steps * sizeof(*truths);

	srandom(argc > 2 ? atol(argv[2]) : 0);
	page = sysconf(_SC_PAGESIZE);
	truths = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shm = shmget(IPC_PRIVATE, 4 * page, IPC_CREAT | 0600);
	if (truths == MAP_FAILED || shm < 0)
		err(1, "room for the truth");
	shmat(shm, NULL, 0);
	/* It goes when nobody has it any more. */
	shmctl(shm, IPC_RMID, NULL);
	/* So that there is some of each. */
	if (mlock(truths, length < 4096 ? length : 4096))
		err(1, "mlock");
	/* The break is moved by nobody else from here on. */
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	free(malloc(1));
	tell("ready\n");
	listen_to();
	for (long i = 0; i < steps; i++) {
		step();
		note(&truths[i]);
	}
	if (write(3, truths, length) != (ssize_t)length)
		err(1, "the truth");
	return 0;
}
