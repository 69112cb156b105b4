/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can bring a process into a group without an exec: another name, another user,
 * another cgroup. Attached only while there is a group that is matched by that.
 */
#ifndef RLIMIT_EVENTS_CHANGES_H
#define RLIMIT_EVENTS_CHANGES_H

#include "hooks/blind.bpf.h"
#include "groups/regroup.bpf.h"
#include "hooks/syscall.bpf.h"

/*
 * Between its new memory and the exec hook (begin_new_exec() and setup_arg_pages() in
 * fs/exec.c). What changes there is matched in the exec hook, with everything else.
 */
static __always_inline bool is_executing(struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);

	return mm && !BPF_CORE_READ(mm, arg_start);
}

static __always_inline bool is_leader(struct task_struct *task)
{
	return BPF_CORE_READ(task, pid) == BPF_CORE_READ(task, tgid);
}

/* Other threads of the process may open and close meanwhile. */
static __always_inline void regroup_current(struct task_struct *task, struct subject_key key,
					    const struct change *change)
{
	long result = regroup_here(task, key, change);

	if (result > 0 && result & LOOK_AGAIN)
		observe_until_calm(key.tgid, key.resource, true);
}

/*
 * prctl(PR_SET_NAME), and /proc/PID/comm, which only the process itself may write. A
 * process has the name of its leader. It does not have the new one yet.
 */
static __always_inline int name_is_changing(struct task_struct *task, const char *name)
{
	struct subject_key key = { .tgid = tgid_of(task), .resource = config.resource };
	struct change change = { .type = EVENT_PROCESS_REGROUPED };

	if (!is_leader(task) || is_executing(task) || (BPF_CORE_READ(task, flags) & PF_KTHREAD))
		return 0;
	if (!matches_name(&change.reasons, name) && !find_subject(key.tgid))
		return 0;
	change.kinds = matching.kinds & ~MATCH_COMMAND;
	regroup_current(task, key, &change);
	return 0;
}

SEC(TRACEPOINT "task_rename")
int BPF_PROG(name_changes, struct task_struct *task, const char *name)
{
	return name_is_changing(task, name);
}

#ifndef LEGACY
/*
 * Where the one above can be preempted. A thread may rename another of its process, and what is
 * asked for is the name of the leader. 6.19 had taken the number out, and later kernels have it
 * again (include/trace/events/task.h): where it is not there, a task renames itself.
 */
SEC("tracepoint/task/task_rename")
int classic__name_changes(struct trace_event_raw_task_rename *context)
{
	struct task_struct *leader = LOAD(current_task(), group_leader);
	__u64 ids = bpf_get_current_pid_tgid();
	__u32 renamed = ids;

	if (bpf_core_field_exists(context->pid))
		renamed = context->pid;
	return renamed == ids >> 32 ? name_is_changing(leader, context->newcomm) : 0;
}

#ifdef KNOWS_TYPES
SEC(TRACEPOINT "task_rename")
int BPF_PROG(second__name_changes, struct task_struct *task, const char *name)
{
	return classic_programs_are_kept_out() ? name_is_changing(task, name) : 0;
}
#endif
#endif

/* A process has the user of its leader. */
static __always_inline int user_changed(void)
{
	struct task_struct *task = current_task();
	struct subject_key key = { .tgid = tgid_of(task), .resource = config.resource };
	struct change change = { .type = EVENT_PROCESS_REGROUPED, .kinds = matching.kinds };

	if (!is_leader(task) || is_executing(task))
		return 0;
	if (!groups_of(task, MATCH_USER) && !find_subject(key.tgid))
		return 0;
	regroup_current(task, key, &change);
	return 0;
}

static __always_inline int setuid_may_have_ended(void *given, enum given by)
{
	struct call call;

	if (result_in(given, by) != 0)
		return 0;
	call = call_of(registers_in(given, by));
	return sets_user(&call, current_task()) ? user_changed() : 0;
}

/* Where there are no trampolines and no kprobes. */
AT_SYSCALL_END(setuid_ends, setuid_may_have_ended)

SEC("fexit/commit_creds")
int fexit__commit_creds(void *context)
{
	return user_changed();
}

SEC("kretprobe/commit_creds")
int kretprobe__commit_creds(void *context)
{
	return user_changed();
}

/* With cgroup v1 as well, where nothing changes for us. */
SEC(TRACEPOINT "cgroup_attach_task")
int BPF_PROG(cgroup_changes, struct cgroup *cgroup, const char *path, struct task_struct *task, bool threadgroup)
{
	struct subject_key key = { .tgid = tgid_of(task), .resource = config.resource };
	struct change change = { .type = EVENT_PROCESS_REGROUPED, .kinds = matching.kinds };
	long result;

	if (!is_leader(task) || BPF_CORE_READ(cgroup, root, hierarchy_id))
		return 0;
	if (!groups_of(task, MATCH_CGROUP) && !find_subject(key.tgid))
		return 0;
	result = regroup_here(task, key, &change);
	/* It is not the one that runs here: user space has it observed. */
	if (result > 0 && result & LOOK_AGAIN)
		have_all_observed();
	return 0;
}

/*
 * More than the stack holds. One is enough for a CPU, although a program can be preempted: the
 * kernel calls this tracepoint with a lock held that is one for all cgroups
 * (TRACE_CGROUP_PATH() in kernel/cgroup/cgroup-internal.h), so that there is no second call.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, char[CGROUP_PATH_LENGTH]);
	__uint(max_entries, 1);
} path_room SEC(".maps");

/* Nobody can be in it yet, or know of it: it is shown only after this (cgroup_mkdir()). */
SEC(TRACEPOINT "cgroup_mkdir")
int BPF_PROG(cgroup_is_made, struct cgroup *cgroup, const char *path)
{
	__u32 zero = 0;
	char *room = bpf_map_lookup_elem(&path_room, &zero);
	struct groups *groups;
	__u64 id;

	if (!room || BPF_CORE_READ(cgroup, root, hierarchy_id))
		return 0;
	__builtin_memset(room, 0, CGROUP_PATH_LENGTH);
	bpf_probe_read_kernel_str(room, CGROUP_PATH_LENGTH, path);
	groups = bpf_map_lookup_elem(&cgroup_paths, room);
	if (!groups)
		return 0;
	id = cgroup_id(cgroup);
	if (bpf_map_update_elem(&cgroups, &id, groups, BPF_ANY))
		count_loss(LOSS_CGROUPS);
	return 0;
}

/* Nobody is in it any more. */
SEC(TRACEPOINT "cgroup_rmdir")
int BPF_PROG(cgroup_is_removed, struct cgroup *cgroup)
{
	__u64 id = cgroup_id(cgroup);

	bpf_map_delete_elem(&cgroups, &id);
	return 0;
}

#endif
