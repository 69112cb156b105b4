/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes come and go. Attached in every mode: by BTF tracepoints, or where those can be
 * preempted by what cannot be (see hooks/tracepoint.bpf.h, and plan.ts for the choice).
 */
#ifndef RLIMIT_EVENTS_PROCESSES_H
#define RLIMIT_EVENTS_PROCESSES_H

#include "hooks/blind.bpf.h"
#include "groups/regroup.bpf.h"

/* The set that a process's child gets. */
static __always_inline __u32 inherited_set(__u32 number)
{
	struct level_set *set = bpf_map_lookup_elem(&level_sets, &number);

	return set ? set->inherited : 0;
}

/*
 * The child exists but has not run: nothing of it goes unseen. It runs its parent's
 * program, but may have the name of a thread, or be born into another cgroup.
 */
static __always_inline int process_begins(struct task_struct *parent, struct task_struct *child, bool patient)
{
	struct subject_key key = { .tgid = LOAD(child, tgid), .resource = config.resource };
	struct change change = {
		.type = EVENT_PROCESS_STARTED, .kinds = matching.kinds, .impatient = !patient
	};
	__u32 parent_tgid = LOAD(parent, tgid);
	struct subject *subject;
	__u64 account;

	if (key.tgid == parent_tgid)
		return 0;
	subject = find_subject(parent_tgid);
	if (subject) {
		account = account_of(child);
		change.other = subject->pid;
		inherit(&change.reasons, subject, parent_tgid);
		if (subject->direct)
			change.set = inherited_set(subject->set);
		change.shared = !is_of_user() && account == account_of(parent);
		if (change.shared) {
			subject->account = account;
			seat_sharer(account, key.tgid);
			join_account(subject, account);
		}
	} else if (change.kinds) {
		change.other = pid_as_owner_sees(group_leader_of(parent));
	} else {
		return 0;
	}
	/* Who has its account waits for nobody, but looks again at every change. */
	regroup_here(child, key, &change);
	return 0;
}

SEC(TRACEPOINT "sched_process_fork")
int BPF_PROG(process_forks, struct task_struct *parent, struct task_struct *child)
{
	return process_begins(parent, child, true);
}

/*
 * The classic tracepoint has numbers only. This one is a little later in the same system call,
 * with the lock of the run queue held: so nothing can preempt it, and nobody is waited for.
 */
SEC(TRACEPOINT "sched_wakeup_new")
int BPF_PROG(process_wakes_first, struct task_struct *child)
{
	return process_begins(current_task(), child, false);
}

/* The descriptors to be closed on exec are closed, table and memory are nobody else's, and the name is set. */
static __always_inline int process_has_executed(struct task_struct *task)
{
	struct subject_key key = { .tgid = LOAD(task, tgid), .resource = config.resource };
	struct subject *subject = find_subject(key.tgid);
	struct change change = { .type = EVENT_PROCESS_EXECUTED, .kinds = matching.kinds };

	if (!subject && !change.kinds)
		return 0;
	if (subject && subject->joined && !is_of_user())
		leave_account(key.tgid, key.resource);
	/* That it executed a program is told in any case. */
	if (regroup_here(task, key, &change) == -EBUSY && subject && subject->set)
		tell_process(EVENT_PROCESS_EXECUTED, task, subject, key.resource, 0, false);
	return 0;
}

SEC(TRACEPOINT "sched_process_exec")
int BPF_PROG(process_executes, struct task_struct *task)
{
	return process_has_executed(task);
}

/* Called for each thread; the process ends with its last one. */
static __always_inline int thread_has_ended(struct task_struct *task)
{
	struct subject_key key = { .tgid = LOAD(task, tgid), .resource = config.resource };
	struct signal_struct *signal = LOAD(task, signal);
	struct subject *subject, last;

	if (LOAD(signal, live.counter) || !may_be_watched(key.tgid))
		return 0;
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject)
		return 0;
	/* Who has the lock may be about to give it levels, and would say so of a process whose end is not told. */
	if (!lock(subject, key))
		count_loss(LOSS_LOCK);
	if (subject->joined)
		leave_account(key.tgid, key.resource);
	last = *subject;
	/* Two threads that end at once may both find themselves the last. */
	if (!retire(subject, key))
		return 0;
	if (last.set)
		tell_process(EVENT_PROCESS_ENDED, task, &last, key.resource, 0, is_calm(&last));
	forget_membership(key.tgid);
	return 0;
}

SEC(TRACEPOINT "sched_process_exit")
int BPF_PROG(process_ends, struct task_struct *task)
{
	return thread_has_ended(task);
}

#ifndef LEGACY
SEC("tracepoint/sched/sched_process_exec")
int classic__process_executes(void *context)
{
	return process_has_executed(current_task());
}

SEC("tracepoint/sched/sched_process_exit")
int classic__process_ends(void *context)
{
	return thread_has_ended(current_task());
}

/*
 * For who may not read tracefs, where a classic tracepoint has its number: functions that are
 * called right after these tracepoints, and nowhere else (exec_binprm() in fs/exec.c, do_exit()
 * in kernel/exit.c).
 */
SEC("kprobe/proc_exec_connector")
int kprobe__proc_exec_connector(void *context)
{
	return process_has_executed(current_task());
}

SEC("kprobe/exit_files")
int kprobe__exit_files(void *context)
{
	return thread_has_ended(current_task());
}
#endif

#ifdef KNOWS_TYPES
/*
 * For each of these a second one that works only where the first is kept out, so that both would
 * have to be kept from running at once (hooks/blind.bpf.h).
 */
SEC(TRACEPOINT "sched_process_exec")
int BPF_PROG(second__process_executes, struct task_struct *task)
{
	return classic_programs_are_kept_out() ? process_has_executed(task) : 0;
}

SEC(TRACEPOINT "sched_process_exit")
int BPF_PROG(second__process_ends, struct task_struct *task)
{
	return classic_programs_are_kept_out() ? thread_has_ended(task) : 0;
}
#endif

#endif
