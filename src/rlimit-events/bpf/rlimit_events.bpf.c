// SPDX-License-Identifier: GPL-2.0-only
/*
 * rlimit-events: a process crosses a level of an rlimit resource, and the ring buffer
 * becomes readable. These are the ways of being called; subject.h does the counting.
 */
#include <linux/errno.h>

#include "kernel.h"
#include "maps.h"
#include "nofile.h"
#include "subject.h"
#include "syscall.h"

char LICENSE[] SEC("license") = "GPL";

/* How deep the pid namespace of the descriptor's owner lies. */
__u32 owner_level;

static __always_inline __u32 pid_as_owner_sees(struct task_struct *leader)
{
	/* Read by a helper, since the verifier lets nothing be added to a pointer that it follows. */
	struct pid *pid = BPF_CORE_READ(leader, thread_pid);
	void *number = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
		       owner_level * bpf_core_type_size(struct upid) + bpf_core_field_offset(struct upid, nr);
	__u32 nr = 0;

	bpf_probe_read_kernel(&nr, sizeof(nr), number);
	return nr;
}

static __always_inline struct subject *find_subject(__u32 tgid)
{
	struct subject_key key = { .tgid = tgid, .resource = RESOURCE_NOFILE };
	struct subject *subject;

	if (!may_be_watched(tgid))
		return NULL;
	subject = bpf_map_lookup_elem(&subjects, &key);
	return subject && subject->set ? subject : NULL;
}

/* Somebody set another's limit. Whose it was, the task iterator finds out. */
static __noinline void tell_limit_touched(__u32 resource)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_loss(false);
		return;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->type = EVENT_LIMIT_TOUCHED;
	event->resource = resource;
	event->time = bpf_ktime_get_ns();
	bpf_ringbuf_submit(event, 0);
}

/* Attach mode `tracepoint`: the end of every system call. */
SEC("tp_btf/sys_exit")
int BPF_PROG(syscall_ends, struct pt_regs *regs, long result)
{
	struct subject *subject;
	struct task_struct *task;
	__u32 resource, weight;

	if (syscall_number(regs) == config.nr_prlimit64 && result == 0 &&
	    sets_limit_of_another(regs, &resource) && resource == RESOURCE_NOFILE)
		tell_limit_touched(resource);
	subject = find_subject(bpf_get_current_pid_tgid() >> 32);
	if (!subject)
		return 0;
	task = bpf_get_current_task_btf();
	weight = weight_of(regs, result, task);
	if (weight == WEIGHT_UNKNOWN) {
		/* Its workers open and close with no system call at the end. */
		if (task->io_uring)
			subject->no_budget = true;
	} else {
		if (weight)
			__sync_fetch_and_add(&subject->budget, -(__s64)weight);
		if (subject->budget >= 0)
			return 0;
	}
	observe(task, subject, RESOURCE_NOFILE);
	return 0;
}

/* The child exists but has not run: nothing of it goes unseen. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_forks, struct task_struct *parent, struct task_struct *child)
{
	struct subject_key key = { .tgid = child->tgid, .resource = RESOURCE_NOFILE };
	struct subject *subject = find_subject(parent->tgid);
	struct subject fresh = { .budget = -1 };
	struct level_set *set;
	__u32 parent_pid;

	if (!subject || child->tgid == parent->tgid)
		return 0;
	fresh.set = subject->set;
	parent_pid = subject->pid;
	set = bpf_map_lookup_elem(&level_sets, &fresh.set);
	if (!set || !set->inherited)
		return 0;
	fresh.set = set->inherited;
	fresh.pid = pid_as_owner_sees(child);
	if (bpf_map_update_elem(&subjects, &key, &fresh, BPF_NOEXIST)) {
		count_loss(true);
		return 0;
	}
	filter_add(key.tgid, 1);
	subject = find_subject(key.tgid);
	if (!subject)
		return 0;
	observe(child, subject, RESOURCE_NOFILE);
	tell_process(EVENT_PROCESS_STARTED, child, subject, RESOURCE_NOFILE, parent_pid);
	return 0;
}

/* The descriptors to be closed on exec are closed, and the new name is set. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_executes, struct task_struct *task)
{
	struct subject *subject = find_subject(task->tgid);

	if (!subject)
		return 0;
	observe(task, subject, RESOURCE_NOFILE);
	tell_process(EVENT_PROCESS_EXECUTED, task, subject, RESOURCE_NOFILE, 0);
	return 0;
}

/* Called for each thread; the process ends with its last one. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_ends, struct task_struct *task)
{
	struct subject_key key = { .tgid = task->tgid, .resource = RESOURCE_NOFILE };
	struct subject *subject, last;

	if (task->signal->live.counter || !may_be_watched(key.tgid))
		return 0;
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject)
		return 0;
	last = *subject;
	/* Two threads that end at once may both find themselves the last. */
	if (bpf_map_delete_elem(&subjects, &key))
		return 0;
	filter_add(key.tgid, -1);
	if (last.set)
		tell_process(EVENT_PROCESS_ENDED, task, &last, RESOURCE_NOFILE, 0);
	return 0;
}

static __always_inline void answer(struct seq_file *seq, struct task_struct *leader, const struct subject *subject,
				   __u32 pid, __s32 error)
{
	struct answer answer = { .pid = pid, .error = error, .resource = RESOURCE_NOFILE };

	if (subject) {
		answer.value = subject->value;
		answer.limit = subject->limit;
		answer.set = subject->set;
	}
	BPF_CORE_READ_STR_INTO(&answer.comm, leader, comm);
	bpf_seq_write(seq, &answer, sizeof(answer));
}

/*
 * Gives a process its levels. Whatever it does after the look that the answer tells of
 * is told as an event, and what it did before is in the answer.
 */
static __noinline long watch(struct task_struct *task, const struct request *request, struct subject *result)
{
	struct subject_key key = { .tgid = task->tgid, .resource = request->resource };
	struct subject *subject = bpf_map_lookup_elem(&subjects, &key);
	bool seen;

	if (!subject) {
		/* Locked from the start: whoever comes meanwhile waits for the first look. */
		struct subject fresh = { .lock = 1, .budget = -1, .set = request->set, .pid = request->pid };
		long error = bpf_map_update_elem(&subjects, &key, &fresh, BPF_NOEXIST);

		if (error)
			return error;
		filter_add(key.tgid, 1);
		subject = bpf_map_lookup_elem(&subjects, &key);
		if (!subject)
			return -ESRCH;
	} else if (!lock(subject)) {
		return -EBUSY;
	}
	seen = look(task, subject, request->resource);
	if (seen && subject->set != request->set) {
		__s64 budget = __sync_fetch_and_add(&subject->budget, 0);

		subject->set = request->set;
		subject->based = false;
		move_to(key.tgid, subject, request->resource, subject->value, subject->limit);
		/* What others did since the look is not in it: let the next one count. */
		__sync_fetch_and_add(&subject->budget, -1 - budget);
	}
	*result = *subject;
	unlock(subject);
	if (seen)
		return 0;
	/* It is ending, and its end may have been told before the subject was there. */
	if (!bpf_map_delete_elem(&subjects, &key))
		filter_add(key.tgid, -1);
	return -ESRCH;
}

static __always_inline bool is_exiting(struct task_struct *task)
{
	return !task->files || (task->flags & PF_EXITING);
}

/*
 * User space asks by a request and reads the answers: the iterator visits the threads of
 * one process, or of all. A process is looked at through its leader, or when that has
 * ended, through the first of its other threads.
 */
SEC("iter/task")
int visit_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task, *leader;
	struct subject_key key = { .resource = RESOURCE_NOFILE };
	struct seq_file *seq = ctx->meta->seq;
	struct subject *subject, result = {};
	struct request *request;
	__u32 zero = 0;
	long error;

	request = bpf_map_lookup_elem(&requests, &zero);
	if (!task || !request)
		return 0;
	leader = task->group_leader;
	if (request->kind == REQUEST_WATCH) {
		struct task_struct *reader = bpf_get_current_task_btf();

		owner_level = reader->thread_pid->level;
		if (pid_as_owner_sees(leader) != request->pid || is_exiting(task))
			return 0;
		if (!request->answered && (task == leader || is_exiting(leader))) {
			error = watch(task, request, &result);
			request->answered = true;
			answer(seq, leader, &result, request->pid, error);
		}
		if (!task->io_uring)
			return 0;
	} else if (task != leader && !is_exiting(leader)) {
		return 0;
	}
	key.tgid = task->tgid;
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject || !subject->set || is_exiting(task))
		return 0;
	if (task->io_uring)
		subject->no_budget = true;
	observe(task, subject, key.resource);
	if (request->kind == REQUEST_REPORT) {
		result = *subject;
		answer(seq, leader, &result, result.pid, 0);
	}
	return 0;
}
