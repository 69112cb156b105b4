// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process holds: the iterator over open files writes a record of each (held.h).
 *
 * It is read by one reader at a time, which is why the record is made in a global. A file
 * is held by the iterator while it is looked at; what it leads to may change meanwhile,
 * and gives a wrong name at worst.
 */
#include "held.h"
#include "kernel.h"
#include "path.h"
#include "socket.h"

/* For kernels before 6.1, which cannot narrow the iterator to a process: its pid as the reader sees it, or 0. */
volatile __u32 wanted_pid SEC(".data.wanted");

static __always_inline __u32 pid_as_reader_sees(struct task_struct *task)
{
	struct task_struct *reader = (struct task_struct *)bpf_get_current_task();
	__u32 level = BPF_CORE_READ(reader, thread_pid, level);
	void *pid = BPF_CORE_READ(task, group_leader, thread_pid);
	__u32 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number),
			      pid + bpf_core_field_offset(struct pid, numbers) +
				      level * bpf_core_type_size(struct upid) +
				      bpf_core_field_offset(struct upid, nr));
	return number;
}

static __always_inline void describe(struct file *file)
{
	struct inode *inode = LOAD(file, f_inode);
	struct super_block *filesystem = LOAD(inode, i_sb);
	unsigned long magic = LOAD(filesystem, s_magic);

	if (magic == SOCKFS_MAGIC)
		describe_socket(file);
	else if (magic == PIPEFS_MAGIC)
		begin_record(HELD_PIPE, 0);
	else if (LOAD(filesystem, s_flags) & SB_NOUSER)
		describe_anonymous(file);
	else
		describe_path(file);
}

SEC("iter/task_file")
int each_file(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;
	__u32 length;

	if (!file || !task || (wanted_pid && pid_as_reader_sees(task) != wanted_pid))
		return 0;
	describe(file);
	length = record.header.length;
	/* Here the verifier sees the bound, wherever the compiler knows the length from. */
	barrier_var(length);
	if (length <= sizeof(record.bytes))
		bpf_seq_write(context->meta->seq, &record, sizeof(record.header) + length);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
