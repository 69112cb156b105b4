/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attach modes `fentry` and `kprobe`: the functions that install and remove descriptors.
 *
 * A hook is a trigger for a look, so that one too many does no harm. Each is where the
 * bitmap has changed already: fd_install() and the closing functions at their entry, as
 * put_files_struct(), the others at their return. Which of them a kernel has, user space chooses.
 */
#ifndef RLIMIT_EVENTS_FUNCTIONS_H
#define RLIMIT_EVENTS_FUNCTIONS_H

#include "looks/subject.bpf.h"
#include "hooks/syscall.bpf.h"

/* Functions of their own, so that nobody else has to keep anything for them. */
static __noinline int observe_descriptors(void)
{
	return observe_current(config.resource);
}

static __noinline bool spend_without_slot(__u32 tgid)
{
	return spend_of_subject(tgid, config.resource, 1);
}

/*
 * One descriptor came or went, or several, of the current process. Whoever is not watched leaves at the first
 * comparison, of one number: all that open and close come past here.
 */
static __always_inline int descriptors_changed(bool by_one)
{
#ifdef KNOWS_TYPES
	struct task_struct *task = current_task();
	struct slot *slot = slot_of(LOAD(task, tgid));
	__u32 tgid;

	if (!slot->taken)
		return 0;
	/* Read again, so that nobody else has to keep it; and what was worked out is not worked out again. */
	barrier_var(task);
	barrier_var(slot);
	tgid = LOAD(task, tgid);
#else
	__u32 tgid = tgid_of_current();
	struct slot *slot = slot_of(tgid);

	if (!slot->taken)
		return 0;
#endif
	if (by_one ? slot->owner == tgid ? spend(&slot->budget, 1) : slot->others && spend_without_slot(tgid) :
		     may_be_watched(tgid))
		observe_descriptors();
	return 0;
}

/*
 * A program for each way of attaching to a function. Programs are named by it, as
 * kprobe__fd_install, for sights.ts.
 */
#define AT_ENTRY(function, by_one)                                    \
	SEC("fentry/" #function) int fentry__##function(void *context) \
	{                                                             \
		return descriptors_changed(by_one);                   \
	}                                                             \
	SEC("kprobe/" #function) int kprobe__##function(void *context) \
	{                                                             \
		return descriptors_changed(by_one);                   \
	}

#define AT_RETURN(function, by_one)                                       \
	SEC("fexit/" #function) int fexit__##function(void *context)      \
	{                                                                 \
		return descriptors_changed(by_one);                       \
	}                                                                 \
	SEC("kretprobe/" #function) int kretprobe__##function(void *context) \
	{                                                                 \
		return descriptors_changed(by_one);                       \
	}

/* open, dup, F_DUPFD, pipe, socket, accept, SCM_RIGHTS, io_uring, … */
AT_ENTRY(fd_install, true)
/* Every kind of close, until 6.5 or so; from then on every kind passes filp_flush. */
AT_ENTRY(filp_close, true)
AT_ENTRY(filp_flush, true)
/* dup2, dup3, replace_fd */
AT_RETURN(do_dup2, true)
/*
 * A kretprobe follows only some callers at once, and what dup2(2) replaces is closed in here, which can hang (flush of NFS
 * or FUSE): with these, the returns of all others go unseen. So what this may change is taken off at the entry as well, and
 * the next change is looked at. First what was taken off for others, since the look does not see this change yet.
 */
SEC("kprobe/do_dup2")
int kprobe__do_dup2(void *context)
{
	__u32 tgid = tgid_of_current();
	struct slot *slot = slot_of(tgid);

	if (!slot->taken)
		return 0;
	change_by(slot, tgid, config.resource, 0);
	runs_out_in(slot, tgid, config.resource, 1);
	return 0;
}
/* A number was reserved, counted by somebody else's look, and given back: a failed open. */
AT_RETURN(put_unused_fd, true)
/*
 * With CLOSE_RANGE_UNSHARE the table becomes another with fewer descriptors. From 7.2 or so on
 * the function is part of its system call's, which has a name for each way of calling it.
 */
AT_RETURN(__close_range, false)
AT_RETURN(__x64_sys_close_range, false)
AT_RETURN(__ia32_sys_close_range, false)
AT_RETURN(__arm64_sys_close_range, false)
/*
 * unshare(2) has given a thread another table, and gives up the one it had. Not at the return of the system call, which
 * waits for what else is unshared: a kretprobe would follow only some of its callers. Who ends comes past here as well.
 */
AT_ENTRY(put_files_struct, false)

/* prlimit(2), setrlimit(2): the task whose limit was set is at hand. */
SEC("fexit/do_prlimit")
int BPF_PROG(fexit__do_prlimit, struct task_struct *task, unsigned int resource, void *limit)
{
	struct subject_key key = { .tgid = LOAD(task, tgid), .resource = resource };
	struct subject *subject;

	if (!limit || resource != config.resource || !may_be_watched(key.tgid))
		return 0;
	subject = bpf_map_lookup_elem(&subjects, &key);
	if (!subject || !subject->set)
		return 0;
	/* The leader of a process that goes on without it has no account any more, and a thread may have one of its own. */
	if ((LOAD(task, flags) & PF_EXITING) || !is_of_process(task, account_of(task), subject))
		have_all_observed();
	else
		observe(task, subject, key, true);
	return 0;
}

/* A kretprobe does not have the parameters: here is whose limit a thread is setting. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, __u32);
	__uint(max_entries, 4096);
} setting_limit SEC(".maps");

SEC("kprobe/do_prlimit")
int kprobe__do_prlimit(struct pt_regs *context)
{
	struct task_struct *task = (void *)parameter(context, 0);
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 resource = parameter(context, 1), tgid = BPF_CORE_READ(task, tgid);

	if (!parameter(context, 2) || resource != config.resource || !may_be_watched(tgid))
		return 0;
	if (bpf_map_update_elem(&setting_limit, &thread, &tgid, BPF_ANY))
		count_loss(LOSS_LIMIT_CALLS);
	return 0;
}

SEC("kretprobe/do_prlimit")
int kretprobe__do_prlimit(struct pt_regs *context)
{
	__u64 thread = bpf_get_current_pid_tgid();

	__u32 *found = bpf_map_lookup_elem(&setting_limit, &thread), tgid;

	if (!found)
		return 0;
	tgid = *found;
	bpf_map_delete_elem(&setting_limit, &thread);
	if (tgid == thread >> 32)
		observe_current(config.resource);
	else
		have_all_observed();
	return 0;
}

#endif
