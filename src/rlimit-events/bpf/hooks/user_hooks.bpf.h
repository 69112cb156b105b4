/* SPDX-License-Identifier: GPL-2.0-only */
/* What changes the numbers of a user, watched or not. Which of these are attached, the resource tells. */
#ifndef RLIMIT_EVENTS_USER_HOOKS_H
#define RLIMIT_EVENTS_USER_HOOKS_H

#include "hooks/tracepoint.bpf.h"

/*
 * Something of a user has changed, and so it has for who has made the namespace that he is of. Without a function of its
 * own: its stack would be one more between this and who looks.
 */
static __always_inline int observe_user(__u64 user)
{
	for (int i = 0; i < MOST_NAMESPACES && user; i++) {
		observe_account(user);
		user = creator_for(user);
	}
	return 0;
}

/*
 * A process or a thread begins. It is counted already (copy_creds() in kernel/cred.c). Not at sched_process_fork: the workers
 * of io_uring, threads of who has made the ring, do not come past there (create_io_thread() in kernel/fork.c).
 */
SEC(TRACEPOINT "task_newtask")
int BPF_PROG(user_has_new_task, struct task_struct *task)
{
	return observe_user(user_of(task));
}

/* Where the other can be preempted, see process_wakes_first in hooks/processes.bpf.h. */
SEC(TRACEPOINT "sched_wakeup_new")
int BPF_PROG(user_wakes_first, struct task_struct *child)
{
	return observe_user(user_of(child));
}

/*
 * It is counted no more, and that is all that has happened since (release_task() in
 * kernel/exit.c): the parent has waited for it, or it has ended with nobody to wait.
 */
SEC("fentry/cgroup_release")
int BPF_PROG(fentry__cgroup_release, struct task_struct *task)
{
	return observe_user(user_of(task));
}

SEC("kprobe/cgroup_release")
int kprobe__cgroup_release(struct pt_regs *context)
{
	return observe_user(user_of((void *)parameter(context, 0)));
}

/* Its name from 6.19 or so on. */
SEC("fentry/cgroup_task_release")
int BPF_PROG(fentry__cgroup_task_release, struct task_struct *task)
{
	return observe_user(user_of(task));
}

SEC("kprobe/cgroup_task_release")
int kprobe__cgroup_task_release(struct pt_regs *context)
{
	return observe_user(user_of((void *)parameter(context, 0)));
}

/*
 * Where there is neither: a thread that ended with nobody to wait for it leaves its CPU. Who
 * waits for another is seen at the end of his system call.
 */
SEC(TRACEPOINT "sched_switch")
int BPF_PROG(user_thread_is_gone, bool preempt, struct task_struct *previous)
{
	return LOAD(previous, exit_state) == EXIT_DEAD ? observe_user(user_of(previous)) : 0;
}

/* Whatever ended with it, the signals that waited for it among that. A grace period later. */
SEC(TRACEPOINT "sched_process_free")
int BPF_PROG(user_frees, struct task_struct *task)
{
	return observe_user(user_of(task));
}

/* The signal is queued by now, or has been refused (__send_signal_locked() in kernel/signal.c). */
SEC(TRACEPOINT "signal_generate")
int BPF_PROG(signal_is_sent, int signal, void *info, struct task_struct *task)
{
	return observe_user(user_of(task));
}

/* It is taken off the queue by now (get_signal() in kernel/signal.c). */
SEC(TRACEPOINT "signal_deliver")
int signal_is_delivered(void *context)
{
	return observe_user(user_of(current_task()));
}

/* The first parameter of a traced function, as a number: a pointer of a known type is none for a global function. */
static __always_inline __u64 first_argument(void *context)
{
	__u64 argument = 0;

	bpf_probe_read_kernel(&argument, sizeof(argument), context);
	return argument;
}

/*
 * Attach modes `fentry` and `kprobe` for queues and signals: where the kernel has counted, instead of the end of every
 * system call of everybody. Another user of a process is seen by commit_creds (hooks/changes.bpf.h).
 *
 * A queue was made, be it by mq_open(2) or in its file system; the first function is made of the second, and may have
 * it inlined.
 */
#define QUEUE_COMES(function)                                                \
	SEC("fexit/" #function) int fexit__##function(void *context)         \
	{                                                                    \
		return observe_user(user_of(current_task()));                \
	}                                                                    \
	SEC("kretprobe/" #function) int kretprobe__##function(void *context) \
	{                                                                    \
		return observe_user(user_of(current_task()));                \
	}

QUEUE_COMES(mqueue_create)
QUEUE_COMES(mqueue_create_attr)

/*
 * A queue has gone with its last descriptor and its name, whoever had that, and gives up the user that it was counted
 * for (mqueue_evict_inode() in ipc/mqueue.c). Others do so, too.
 */
SEC("fentry/put_ucounts")
int fentry__put_ucounts(void *context)
{
	return observe_user(first_argument(context));
}

SEC("kprobe/put_ucounts")
int kprobe__put_ucounts(struct pt_regs *context)
{
	return observe_user(parameter(context, 0));
}

/* A signal is counted or is not any more (kernel/signal.c). */
#define SIGNALS_CHANGE(function)                                     \
	SEC("fexit/" #function) int fexit__##function(void *context) \
	{                                                            \
		return observe_user(first_argument(context));        \
	}

SIGNALS_CHANGE(inc_rlimit_get_ucounts)
SIGNALS_CHANGE(dec_rlimit_put_ucounts)

/* A kretprobe does not have the parameters: who sends to another user is seen by signal_is_sent. */
SEC("kretprobe/inc_rlimit_get_ucounts")
int kretprobe__inc_rlimit_get_ucounts(void *context)
{
	return observe_user(user_of(current_task()));
}

/* And here is whose signal a thread takes that is not of its own user: it is counted for whom its process was then. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, __u64);
	__uint(max_entries, 4096);
} taking_signal SEC(".maps");

SEC("kprobe/dec_rlimit_put_ucounts")
int kprobe__dec_rlimit_put_ucounts(struct pt_regs *context)
{
	__u64 thread = bpf_get_current_pid_tgid(), user = parameter(context, 0);

	if (user != user_of(current_task()) && bpf_map_update_elem(&taking_signal, &thread, &user, BPF_ANY))
		have_all_observed();
	return 0;
}

SEC("kretprobe/dec_rlimit_put_ucounts")
int kretprobe__dec_rlimit_put_ucounts(void *context)
{
	__u64 thread = bpf_get_current_pid_tgid(), user;
	__u64 *found = bpf_map_lookup_elem(&taking_signal, &thread);

	if (found) {
		user = *found;
		bpf_map_delete_elem(&taking_signal, &thread);
		observe_user(user);
	}
	/* In any case: a return that the kretprobe did not follow has left that there. */
	return observe_user(user_of(current_task()));
}

static __always_inline int syscall_of_user_has_ended(void *given, enum given by)
{
	struct pt_regs *regs = registers_in(given, by);
	long result = result_in(given, by);
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct call call = call_of(regs);
	struct task_struct *task = current_task();

	tell_if_limit_touched(architecture(), regs, call.number, result);
	if (!weight_of(&call, result, task))
		return 0;
	/* Its own limit may be another. */
	if (may_be_watched(tgid))
		observe_until_calm(tgid, config.resource, true);
	observe_user(user_of(task));
	/* The user that it had before has one process less: user space has everybody observed. */
	if (config.resource == RESOURCE_NPROC && result == 0 &&
	    (sets_user(&call, task) || may_set_namespace(&call, task)))
		have_all_observed();
	return 0;
}

AT_SYSCALL_END(user_syscall_ends, syscall_of_user_has_ended)

#endif
