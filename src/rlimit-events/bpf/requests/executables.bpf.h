/* SPDX-License-Identifier: GPL-2.0-only */
/* What user space asks of executables, since stat(2) does not know what the kernel compares. */
#ifndef RLIMIT_EVENTS_EXECUTABLES_H
#define RLIMIT_EVENTS_EXECUTABLES_H

#include "requests/requests.bpf.h"

/* Tells what a descriptor of the reader is open on. */
static __always_inline void identify(struct request *request)
{
	struct fdtable *table = BPF_CORE_READ(current_task(), files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = NULL;

	request->answered = true;
	if (request->fd >= BPF_CORE_READ(table, max_fds))
		return;
	bpf_probe_read_kernel(&file, sizeof(file), files + request->fd);
	if (file)
		read_exe(file, &request->exe);
}

static __always_inline bool runs(struct task_struct *task, const struct exe *wanted)
{
	struct exe exe = {};

	exe_of(BPF_CORE_READ(task, mm), &exe);
	return exe.inode == wanted->inode && exe.device == wanted->device;
}

/* REQUEST_IDENTIFY and REQUEST_FIND. */
static __always_inline void inspect(struct task_struct *task, reader_t reader)
{
	struct request *request = request_about(task);
	EMPTY_ANSWER;

	if (!request)
		return;
	if (request->kind == REQUEST_IDENTIFY) {
		if (!request->answered)
			identify(request);
	} else if (stands_for_process(task, request) && runs(task, &request->exe)) {
		answer->pid = pid_as_owner_sees(group_leader_of(task));
		if (!say(reader, task, answer))
			request->reported = tgid_of(task);
	}
}

FOR_TASKS_ASKED_ABOUT(inspect_task, inspect)

#endif
