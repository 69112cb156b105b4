/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How user space has a function called for the tasks that it asks about, and how that answers.
 *
 * By an iterator, where the kernel knows its types. Else by a raw tracepoint's program that user
 * space runs itself (BPF_PROG_TEST_RUN, from 5.10 on), and that goes the way of the kernel's own
 * iterator (task_seq_get_next() in kernel/bpf/task_iter.c): by their numbers through the threads
 * of the caller's pid namespace, or through the threads of one process. It runs within
 * rcu_read_lock() (__bpf_prog_test_run_raw_tp() in net/bpf/test_run.c), by which all of that is
 * there as long as it is looked at. Neither raises `bpf_prog_active` (see core/maps.bpf.h).
 */
#ifndef RLIMIT_EVENTS_ASKED_H
#define RLIMIT_EVENTS_ASKED_H

#include "kernel/owner.bpf.h"
#include "core/maps.bpf.h"

#ifndef WITHOUT_BTF
/* What reads the answers. */
typedef struct seq_file *reader_t;

/* Declares `answer`, which is to be filled in. */
#ifdef MANY_GROUPS
/* More than the stack holds. There is one reader, who reads one answer after the other. */
struct answer room_for_answer SEC(".data.answer");

static __always_inline struct answer *empty_answer(void)
{
	__builtin_memset(&room_for_answer, 0, sizeof(room_for_answer));
	room_for_answer.resource = config.resource;
	return &room_for_answer;
}

#define EMPTY_ANSWER struct answer *answer = empty_answer()
#else
#define EMPTY_ANSWER struct answer room = { .resource = config.resource }, *answer = &room
#endif

/* Not 0: the buffer is full, and the iterator will come to the same task again. */
static __always_inline long write_answer(reader_t reader, struct answer *answer)
{
	return bpf_seq_write(reader, answer, sizeof(*answer));
}

#define FOR_TASKS_ASKED_ABOUT(program, function)                 \
	SEC("iter/task")                                         \
	int program(struct bpf_iter__task *context)              \
	{                                                        \
		struct task_struct *task = context->task;        \
		if (task)                                        \
			function(task, context->meta->seq);      \
		return 0;                                        \
	}

#define ONCE_ASKED(program, function)                    \
	SEC("iter/task")                                 \
	int program(struct bpf_iter__task *context)      \
	{                                                \
		if (context->task)                       \
			function();                      \
		return 0;                                \
	}

#else
typedef struct walk *reader_t;

/* User space empties it, and has the walk go on until it has ended. In layout/walk.ts, too. */
#define MAX_ANSWERS 64
struct walk {
	__u32 next; /* the number of the thread that comes next */
	__u32 has_ended;
	__u32 count;
	__u32 padding;
	struct answer answers[MAX_ANSWERS];
} walk SEC(".data.walk");

_Static_assert(sizeof(struct walk) == 16 + (48 + 8 * GROUP_WORDS) * MAX_ANSWERS, "layout: walk");

/* Whoever visits a task has seen to it that there is room for one. The way to here has filled the stack. */
static __always_inline struct answer *empty_answer(void)
{
	struct answer *answer = &walk.answers[walk.count % MAX_ANSWERS];

	__builtin_memset(answer, 0, sizeof(*answer));
	answer->resource = config.resource;
	return answer;
}

#define EMPTY_ANSWER struct answer *answer = empty_answer()

static __always_inline long write_answer(reader_t reader, struct answer *answer)
{
	walk.count++;
	return 0;
}

/* What an entry of the tree is: the lowest two bits tell (linux/xarray.h). */
#define ENTRY_KIND 3
#define ENTRY_INTERNAL 2
#define FIRST_NODE 4096

static __always_inline bool is_node(__u64 entry)
{
	return (entry & ENTRY_KIND) == ENTRY_INTERNAL && entry > FIRST_NODE;
}

/* Numbers of up to 2^30, of which a node has 6 bits, or 4 of a kernel that is built to be small. */
#define MOST_NODES 8

/* So many of a node's are looked at together: most are empty. */
#define PLACES 8

/* The thread at a place of a lowest node, which is that of a number, or at one of those behind it. */
static __always_inline __u64 thread_at(struct xa_node *node, __u64 place, __u64 number)
{
	__u64 entries[PLACES] = {}, first = place % PLACES, found = 0;
	struct pid *pid;

	bpf_probe_read_kernel(entries, sizeof(entries),
			      (void *)node + bpf_core_field_offset(node->slots) + (place - first) * sizeof(void *));
	for (__u32 i = 0; i < PLACES; i++) {
		if (i < first)
			continue;
		/* That which the tree is left for, it is looked up again. */
		if (entries[i] & ENTRY_KIND)
			break;
		number++;
		found = entries[i];
		if (found)
			break;
	}
	walk.next = number;
	if (!found)
		return 0;
	pid = (void *)found;
	found = (__u64)BPF_CORE_READ(pid, tasks[0].first);
	return found ? found - bpf_core_field_offset(struct task_struct, pid_links) : 0;
}

/*
 * The thread with the number that comes next, or with one soon after it; or 0: there is none, and
 * the number after these that may be a thread's is the next, or the walk has ended. A global
 * function, see looks/levels.bpf.h.
 */
__noinline __u64 thread_that_is_next(void)
{
	struct pid *pid = BPF_CORE_READ(current_task(), thread_pid);
	struct upid own = {};
	struct pid_namespace *namespace;
	struct xa_node *node = NULL;
	__u64 entry, number = walk.next;
	__u32 slots = bpf_core_field_size(node->slots) / sizeof(void *);

	number_at_level(pid, BPF_CORE_READ(pid, level), &own);
	namespace = own.ns;
	entry = (__u64)BPF_CORE_READ(namespace, idr.idr_rt.xa_head);
	for (int depth = 0; depth < MOST_NODES && is_node(entry); depth++) {
		__u64 place;
		__u8 shift;

		node = (void *)(entry - ENTRY_INTERNAL);
		shift = BPF_CORE_READ(node, shift);
		place = number >> (shift & 63);
		if (depth == 0 && place >= slots)
			break;
		place &= slots - 1;
		entry = 0;
		bpf_probe_read_kernel(&entry, sizeof(entry),
				      (void *)node + bpf_core_field_offset(node->slots) + place * sizeof(void *));
		if (is_node(entry))
			continue;
		if (!shift)
			return thread_at(node, place, number);
		/* Or the tree is being made smaller, and there is another node instead: from its root once more. */
		if (!(entry & ENTRY_KIND))
			walk.next = ((number >> (shift & 63)) + 1) << (shift & 63);
		return 0;
	}
	walk.has_ended = true;
	return 0;
}

/* In one run, so that nobody waits long for the end of a grace period. */
#ifdef LEGACY
#define NUMBERS_IN_A_RUN 512
/* Two loops, as in resources/threads.bpf.h. */
#define BLOCK 64
#define MOST_BLOCKS 256
#define PASS_THREADS(program)                                                                \
	__noinline __u64 program##_of_block(__u64 node, __u64 head)                          \
	{                                                                                    \
		struct passing passing = { .node = node, .head = head };                     \
		LOOP(BLOCK, BLOCK, program##_of_thread, &passing);                           \
		return passing.node;                                                         \
	}                                                                                    \
	static __always_inline void program##_of_process(struct passing *passing)            \
	{                                                                                    \
		for (int i = 0; i < MOST_BLOCKS && passing->node != passing->head; i++)      \
			passing->node = program##_of_block(passing->node, passing->head);    \
	}
#else
#define NUMBERS_IN_A_RUN 8192
#define MOST_THREADS (1 << 20)
#define PASS_THREADS(program)                                                     \
	static __always_inline void program##_of_process(struct passing *passing) \
	{                                                                         \
		LOOP(MOST_THREADS, MOST_THREADS, program##_of_thread, passing);   \
	}
#endif

struct passing {
	__u64 node;
	__u64 head;
};

static __always_inline void begin_passing(struct passing *passing)
{
	struct signal_struct *signal;
	__u64 leader;

	walk.next = request.pid;
	walk.has_ended = false;
	leader = thread_that_is_next();
	/* The next is another number: the tree was being made smaller. */
	if (!leader && walk.next == request.pid && !walk.has_ended)
		leader = thread_that_is_next();
	walk.has_ended = true;
	if (!leader)
		return;
	signal = BPF_CORE_READ((struct task_struct *)leader, signal);
	if (!signal)
		return;
	passing->head = (__u64)signal + bpf_core_field_offset(struct signal_struct, thread_head);
	passing->node = (__u64)BPF_CORE_READ(signal, thread_head.next);
}

/*
 * A program, and the two ways in which it goes. `function` is called by a global one, which takes
 * an address for the task.
 */
#define FOR_TASKS_ASKED_ABOUT(program, function)                                                     \
	__noinline int program##_of_one(__u64 task)                                                  \
	{                                                                                            \
		function((struct task_struct *)task, &walk);                                         \
		return 0;                                                                            \
	}                                                                                            \
	LOOP_BODY program##_of_next(__u32 i, void *context)                                          \
	{                                                                                            \
		__u64 task = thread_that_is_next();                                                  \
		if (task)                                                                            \
			program##_of_one(task);                                                      \
		return walk.has_ended || walk.count >= MAX_ANSWERS;                                  \
	}                                                                                            \
	LOOP_BODY program##_of_thread(__u32 i, void *context)                                        \
	{                                                                                            \
		struct passing *passing = context;                                                   \
		__u64 thread = passing->node - bpf_core_field_offset(struct task_struct, thread_node); \
		if (passing->node == passing->head)                                                  \
			return 1;                                                                    \
		program##_of_one(thread);                                                            \
		passing->node = (__u64)BPF_CORE_READ((struct task_struct *)thread, thread_node.next); \
		return 0;                                                                            \
	}                                                                                            \
	PASS_THREADS(program)                                                                        \
	SEC("raw_tp")                                                                                \
	int program(void *context)                                                                   \
	{                                                                                            \
		struct passing passing = {};                                                         \
		if (!request.pid) {                                                                  \
			LOOP(NUMBERS_IN_A_RUN, NUMBERS_IN_A_RUN, program##_of_next, &passing);       \
			return 0;                                                                    \
		}                                                                                    \
		begin_passing(&passing);                                                             \
		program##_of_process(&passing);                                                      \
		return 0;                                                                            \
	}

#define ONCE_ASKED(program, function)     \
	SEC("raw_tp")                     \
	int program(void *context)        \
	{                                 \
		function();               \
		walk.has_ended = true;    \
		return 0;                 \
	}
#endif

#endif
