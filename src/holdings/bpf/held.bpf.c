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

static __always_inline void describe(struct file *file, __u64 session)
{
	struct super_block *filesystem = file->f_inode->i_sb;

	if (filesystem->s_magic == SOCKFS_MAGIC)
		describe_socket(file);
	else if (filesystem->s_magic == PIPEFS_MAGIC)
		begin_record(HELD_PIPE, 0);
	else if (filesystem->s_flags & SB_NOUSER)
		describe_anonymous(file);
	else
		describe_path(file, session);
}

SEC("iter/task_file")
int each_file(struct bpf_iter__task_file *context)
{
	struct bpf_iter_meta *meta = context->meta;
	struct task_struct *task = context->task;
	struct file *file = context->file;
	__u32 length, folder_length = 0;

	if (!file || !task || (wanted_pid && pid_as_reader_sees(task) != wanted_pid))
		return 0;
	describe(file, meta->session_id);
	length = record.header.length;
	if (record.header.kind == HELD_PATH || record.header.kind == HELD_DELETED_PATH)
		folder_length = folder.length;
	record.header.length += folder_length;
	/* Here the verifier sees the bounds, whatever the compiler knows. */
	barrier_var(length);
	barrier_var(folder_length);
	if (length > sizeof(record.bytes) || folder_length > sizeof(folder.names))
		return 0;
	/* What does not fit is dropped, and the iterator comes to the file again. */
	bpf_seq_write(meta->seq, &record, sizeof(record.header) + length);
	if (folder_length)
		bpf_seq_write(meta->seq, folder.names, folder_length);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
