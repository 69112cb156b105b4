/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the BPF programs and user space share. User space reads and writes these
 * bytes in layout/; the assertions below hold both to the same offsets.
 */
#ifndef RLIMIT_EVENTS_H
#define RLIMIT_EVENTS_H

#include <linux/types.h>
#include <stddef.h>

#define MAX_LEVELS 64
#define COMM_LENGTH 16

/* Numbers in getrlimit(2), the same on x86 and arm64 (asm-generic/resource.h). */
enum resource {
	RESOURCE_CPU = 0,
	RESOURCE_DATA = 2,
	RESOURCE_STACK = 3,
	RESOURCE_RSS = 5,
	RESOURCE_NPROC = 6,
	RESOURCE_NOFILE = 7,
	RESOURCE_MEMLOCK = 8,
	RESOURCE_AS = 9,
	RESOURCE_SIGPENDING = 11,
	RESOURCE_MSGQUEUE = 12,
	RESOURCE_RTTIME = 15,
};

/*
 * The weight of a system call: by how much, up or down, one call can move the value. A number, with marks; or one
 * that is all marks.
 */
#define SYSCALLS 512
#define MOST_WEIGHT 0xff
#define WEIGHT_BY_BYTES 0x100 /* and one more for each BYTES_PER_DESCRIPTOR that it returned */
#define WEIGHT_BY_ABI 0x200 /* a 32-bit program's call of this number can move it further: by any number */
#define WEIGHT_UNKNOWN 0xffff /* any number: count again */

/*
 * read(2) on a fanotify group installs a descriptor for each event, of which each
 * takes 24 bytes, and with FAN_REPORT_PIDFD two in 32 (include/uapi/linux/fanotify.h).
 * A uverbs command that makes one is 16 bytes long (include/uapi/rdma/ib_user_verbs.h).
 */
#define BYTES_PER_DESCRIPTOR 16

/* What is fixed before the programs are loaded: system call numbers differ by architecture. */
struct config {
	__u32 misses_io_uring; /* the attach mode does not see what io_uring's workers do */
	__u32 nr_setuid[3]; /* the calls that set the effective user */
	__u32 resource; /* enum resource; an object watches one */
	__u32 page_size; /* bytes */
	__u32 us_per_tick; /* of the scheduler's ticks */
	__u32 unguarded_programs; /* how many of struct unguarded_program there are */
	__u16 weights[SYSCALLS];
};

/*
 * A level is at value + (limit * share + rounding) / 10000, exactly and without a branch.
 * The smallest count that is at least a share rounds by 9999, the smallest that is more
 * by 10000; a fixed value has no share and no rounding.
 */
struct level {
	__u64 value;
	__u32 share; /* of the soft limit, in 1/10000 */
	__u32 rounding;
};

/*
 * Fixed values, the smallest that are at least a share, the smallest that are more: those of
 * one kind have the same order under any limit. Of two kinds they have not: of a limit of 0,
 * "at least 90%" is below "more than 80%".
 */
#define LEVEL_KINDS 3

/* The levels of any number of subjects: kind after kind, each from low to high. Never changed once a subject points to it. */
struct level_set {
	__u8 begins[LEVEL_KINDS + 1]; /* where each kind does, and where the last one ends */
	__u32 inherited; /* the set that a child process gets; 0: it is not watched */
	__u64 step; /* tell each multiple of this, too; 0: none */
	struct level levels[MAX_LEVELS];
};

/*
 * Groups: which processes are watched that nobody named one by one. A mask has a bit for
 * each; a combination is the mask of a process, and which levels it has then.
 *
 * An object is built for masks of one word, or with MANY_GROUPS for masks of sixteen, so that
 * nobody pays for more words than he needs.
 */
#ifdef MANY_GROUPS
#define GROUP_WORDS 16
#else
#define GROUP_WORDS 1
#endif
#define MAX_GROUPS (64 * GROUP_WORDS)

struct groups {
	__u64 words[GROUP_WORDS];
};

/* What a group can be matched by, a bit for each. */
enum match_kind {
	MATCH_EXE = 1,
	MATCH_COMMAND = 2,
	MATCH_USER = 4,
	MATCH_CGROUP = 8,
	MATCH_ALL = 16,
};

struct matching {
	struct groups inheriting; /* the groups that children are in, too */
	struct groups all; /* the groups that everybody is in but the owner */
	__u32 kinds; /* that any group is matched by */
	__u32 inherits; /* there are groups that children are in, too */
};

/* An executable, as the kernel has it; stat(2) gives another device on some file systems. */
struct exe {
	__u64 inode;
	__u32 device;
	__u32 padding;
};

/* From the root of the cgroup v2 hierarchy, padded with zeros. */
#define CGROUP_PATH_LENGTH 512

/* What a process has until user space has made the levels of its combination: a step of one. */
#define PROVISIONAL_SET 0xffffffff

/* One process (by its number in the kernel's own pid namespace) and one resource. */
struct subject_key {
	__u32 tgid;
	__u32 resource;
};

struct subject {
	__u32 lock;
	__u32 overtaken; /* somebody came while the lock was held: look again */
	__s64 budget; /* how many single steps are left until a level can be crossed; mostly in its slot, see core/budgets.bpf.h */
	__u64 value; /* at the last look */
	__u64 limit;
	__u64 reached; /* the levels not above value, a bit for each of the set's */
	__u64 low; /* the highest level not above value, or 0 */
	__u64 high; /* the lowest level above value, or 2^62 */
	__u64 account; /* where it was counted, to compare and never to follow: see account_of() */
	__u32 set; /* 0: not watched itself, or not any more */
	__u32 pid; /* as the owner of the descriptor sees it */
	__u32 based; /* value and limit were observed once */
	__u32 io_uring; /* its workers change the table with no system call: budgets do not hold */
	__u32 shared; /* other processes have the same account, see together/sharers.bpf.h */
	__u32 joined; /* it has a place among the sharers of its account */
	__u32 tgid; /* an element is used again: whoever has the lock sees by this whether it is still his */
	__u32 direct; /* watched by its number and with levels of its own: in no group meanwhile */
#ifndef MANY_GROUPS
	/* The groups that it is in, see groups/groups.bpf.h: */
	__u64 own; /* since it matches */
	__u64 given; /* by its number */
	__u64 inherited; /* since its parent was in them */
#endif
};

#ifdef MANY_GROUPS
/* The same of a process that has been in any; its lock is that of the subject. */
struct membership {
	struct groups own;
	struct groups given;
	struct groups inherited;
	struct groups all; /* of these three; each word is written once, so that it can be read without the lock */
};
#endif

enum event_type {
	EVENT_LEVEL = 1,
	EVENT_LIMIT_CHANGED = 2, /* level: the old limit */
	EVENT_PROCESS_STARTED = 3, /* other: the parent */
	EVENT_PROCESS_EXECUTED = 4,
	EVENT_PROCESS_ENDED = 5,
	EVENT_STEP = 6, /* level: the multiple that was crossed last */
	EVENT_WAKE = 7, /* only wakes the reader, who then looks at the losses, and at what he has to do */
	EVENT_PROCESS_REGROUPED = 8,
};

enum direction {
	DIRECTION_UP = 1,
	DIRECTION_DOWN = 2,
};

struct event {
	__u32 type;
	__u32 resource;
	__u32 pid;
	__u32 other; /* EVENT_LEVEL, EVENT_STEP: the direction */
	__u64 time; /* ns of CLOCK_MONOTONIC */
	__u64 value;
	__u64 limit;
	__u64 level; /* EVENT_LEVEL: the level's value under this limit */
	__u32 set; /* EVENT_LEVEL: the set and the level's place in it */
	__u32 index;
	struct groups groups; /* that the process is in from here on */
	union {
		char comm[COMM_LENGTH];
		__u64 crossed; /* EVENT_STEP: how many multiples were crossed */
	};
};

/* What the reader of the task iterator asks for, and what it reads. */
enum request_kind {
	REQUEST_WATCH = 1, /* give process pid the levels of set, and tell its value */
	REQUEST_OBSERVE = 2, /* observe every subject again; no answer */
	REQUEST_REPORT = 3, /* tell the value of every subject */
	REQUEST_LINK = 4, /* note who has an account */
	REQUEST_SWEEP = 5, /* forget who is not watched any more, and tell whom */
	REQUEST_REGROUP = 6, /* match process pid, or everybody, and tell who is in one of the groups */
	REQUEST_IDENTIFY = 7, /* tell which file descriptor fd of the reader is open on */
	REQUEST_FIND = 8, /* tell who runs an executable */
	REQUEST_WAKE = 9, /* make the ring readable; no answer */
	REQUEST_SHARED = 10, /* tell which accounts of subjects others may have that are not known */
	REQUEST_SETTLE = 11, /* give process pid the levels of the groups that it is in by now */
};

struct request {
	__u32 kind;
	__u32 pid;
	__u32 set;
	__u32 answered; /* set by the program, for REQUEST_IDENTIFY and REQUEST_WAKE */
	/* Set by the program, for REQUEST_WATCH and REQUEST_REGROUP of one process: */
	__u32 threads; /* of the process, that have its account */
	__u32 references; /* to the account, by anybody */
	__u64 account; /* for REQUEST_LINK, too */
	/* For REQUEST_REGROUP: */
	struct groups groups; /* whose members are told, and give what children inherit */
	struct groups given; /* the process is in these from now on */
	struct groups taken; /* it is not given these any more */
	struct groups removed; /* nobody is in these, for whatever reason */
	/* For REQUEST_IDENTIFY, by the program, and for REQUEST_FIND: */
	struct exe exe;
	__u32 fd; /* REQUEST_IDENTIFY */
	__u32 changed; /* set by the program: how many have to be asked for again */
	__u32 reported; /* the process that was answered for last */
	__u32 gives; /* for REQUEST_REGROUP: there is a group that is given */
};

struct answer {
	__u32 pid;
	__s32 error; /* 0, or a negative errno */
	__u64 value;
	__u64 limit;
	__u32 set;
	__u32 resource;
	union {
		struct groups groups;
		__u64 account; /* REQUEST_SHARED */
	};
	char comm[COMM_LENGTH];
};

/* Where something was not told. An event is missing: */
enum loss_place {
	LOSS_QUEUE = 0, /* the ring was full */
	LOSS_LIMIT_CALLS = 1, /* the table of calls under way that set a limit was full */
	/* A process is not watched: */
	LOSS_PROCESSES = 2, /* the table of subjects was full */
	LOSS_MEMBERS = 3, /* its user has MAX_MEMBERS already */
	LOSS_SHARERS = 4, /* MAX_SHARERS share its descriptor table already */
	LOSS_CGROUPS = 5, /* the table of cgroups was full */
	/* A look may be missing: */
	LOSS_LOCK = 6, /* a program gave up waiting for a lock */
	LOSS_KEPT_OUT = 7, /* a program may have been kept from running */
	LOSS_PLACES = 8,
};

/*
 * What only user space can do, and how often that has come up. These are no events, which a full ring would lose: it is
 * done when a number is another than the reader has seen.
 */
struct chores {
	__u32 observe; /* a process may have to be looked at: look at everybody */
	__u32 match; /* a process could not be matched: match everybody */
	__u32 link; /* somebody unwatched may have the account of a process that is watched now: find who */
};

/* How much was not told, and how often there was something to do, since the descriptor was opened. */
struct losses {
	__u64 at[LOSS_PLACES];
	struct chores chores;
	__u32 woken; /* the reader was woken to look at these; it takes this back before it reads them */
	__u32 patient; /* set by the reader: he comes by himself for who just comes and goes, see may_wait() in looks/telling.bpf.h */
};

/* The maps that user space fills, through a program (requests/elements.bpf.h). */
enum map_of_element {
	ELEMENT_OF_LEVEL_SETS = 1,
	ELEMENT_OF_COMBINATIONS = 2,
	ELEMENT_OF_EXES = 3,
	ELEMENT_OF_COMMANDS = 4,
	ELEMENT_OF_USERS = 5,
	ELEMENT_OF_CGROUPS = 6,
	ELEMENT_OF_CGROUP_PATHS = 7,
};

/* An element that is to be written, or with `deletes` to be deleted. */
struct element {
	__u32 map; /* enum map_of_element; 0: it is done */
	__u32 deletes;
	__s32 result; /* 0, or a negative errno */
	__u32 padding;
	char key[CGROUP_PATH_LENGTH];
	char value[sizeof(struct level_set)];
};

/*
 * A program that the kernel can preempt, and that it then skips for others on that CPU
 * (hooks/unguarded.bpf.h). User space fills in the ids before the others of its object are attached.
 */
#define MAX_UNGUARDED_PROGRAMS 64
struct unguarded_program {
	__u32 id; /* as bpf(2) tells it; 0: there is none */
	__u32 padding;
	__u64 active; /* the address of the program's counter, to which each CPU adds an offset */
};

_Static_assert(sizeof(struct config) == 32 + 2 * SYSCALLS, "layout: config");
_Static_assert(sizeof(struct level_set) == 16 + 16 * MAX_LEVELS, "layout: level set");
_Static_assert(offsetof(struct level, rounding) == 12, "layout: level");
_Static_assert(sizeof(struct subject_key) == 8, "layout: subject key");
_Static_assert(sizeof(struct matching) == 8 + 16 * GROUP_WORDS && sizeof(struct exe) == 16, "layout: matching, exe");
_Static_assert(sizeof(struct event) == 72 + 8 * GROUP_WORDS, "layout: event");
_Static_assert(offsetof(struct event, time) == 16 && offsetof(struct event, comm) == 56 + 8 * GROUP_WORDS,
	       "layout: event");
_Static_assert(sizeof(struct request) == 64 + 32 * GROUP_WORDS, "layout: request");
_Static_assert(sizeof(struct answer) == 48 + 8 * GROUP_WORDS, "layout: answer");
_Static_assert(offsetof(struct request, threads) == 16 && offsetof(struct request, references) == 20, "layout: request");
_Static_assert(offsetof(struct request, groups) == 32 && offsetof(struct request, changed) == 52 + 32 * GROUP_WORDS,
	       "layout: request");
_Static_assert(offsetof(struct answer, value) == 8 && offsetof(struct answer, comm) == 32 + 8 * GROUP_WORDS,
	       "layout: answer");
_Static_assert(sizeof(struct losses) == 88 && offsetof(struct losses, chores) == 64, "layout: losses");
_Static_assert(offsetof(struct losses, woken) == 76 && offsetof(struct losses, patient) == 80, "layout: losses");
_Static_assert(offsetof(struct element, key) == 16 && offsetof(struct element, value) == 528, "layout: element");

#endif
