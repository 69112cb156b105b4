/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The few kernel structures that are read, by the fields that are read. CO-RE
 * moves each access to where the running kernel has the field, so that one
 * object serves every kernel with BTF and no vmlinux.h is needed.
 */
#ifndef RLIMIT_EVENTS_KERNEL_H
#define RLIMIT_EVENTS_KERNEL_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define RLIM_INFINITY (~0ULL)

/* task_struct.flags: set at the start of do_exit(), before exit_files(). */
#define PF_EXITING 0x4
#define PF_KTHREAD 0x00200000

/* task_struct.exit_state: gone, with nobody to wait for it. */
#define EXIT_DEAD 0x10

/* thread_info.status on x86: the current system call came in by the 32-bit way. */
#define TS_COMPAT 0x2

/* pt_regs.pstate on arm64: the program runs in the 32-bit state (asm/ptrace.h). */
#define PSR_MODE32_BIT 0x10

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_long_t;

struct rlimit {
	unsigned long rlim_cur;
};

struct file;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
	unsigned long *open_fds;
};

struct files_struct {
	atomic_t count;
	struct fdtable *fdt;
};

struct list_head {
	struct list_head *next;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct seqlock {
	unsigned int sequence;
};

struct signal_struct {
	atomic_t live;
	int nr_threads;
	struct list_head thread_head;
	struct seqlock stats_lock; /* by another name, which nobody asks for */
	__u64 utime; /* of the threads that have ended */
	__u64 stime;
	struct rlimit rlim[16];
};

/* Of a tree by numbers (linux/xarray.h). */
struct xa_node {
	unsigned char shift;
	void *slots[64];
};

struct xarray {
	void *xa_head;
};

struct idr {
	struct xarray idr_rt;
};

struct pid_namespace {
	struct idr idr;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct hlist_head tasks[1]; /* by enum pid_type, of which the first is the thread with this number */
	struct upid numbers[1];
};

struct thread_info {
	__u32 status;
};

struct io_uring_task;

struct super_block {
	__u32 s_dev;
};

struct inode {
	unsigned long i_ino;
	struct super_block *i_sb;
};

struct file {
	struct inode *f_inode;
};

struct task_struct;

/*
 * Until 6.1. For a type of its own that the kernel does not have libbpf looks in all modules,
 * which needs CAP_SYS_ADMIN: only a field of another's is asked for.
 */
struct mm_rss_stat {
	atomic_long_t count[4];
};

/* From 6.2 on; a batch of each CPU's is not in the count yet. */
struct percpu_counter {
	__s64 count;
};

struct mm_struct {
	atomic_t mm_users;
	struct mm_rss_stat rss_stat;
	struct task_struct *owner;
	unsigned long total_vm;
	unsigned long locked_vm;
	unsigned long data_vm;
	unsigned long stack_vm;
	unsigned long arg_start;
	unsigned long env_end;
	struct file *exe_file;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
};

struct mm_struct___percpu {
	struct percpu_counter rss_stat[4];
};

typedef struct {
	__u32 val;
} kuid_t;

/* Until 5.13. */
struct user_struct {
	atomic_t processes;
	atomic_t sigpending;
	unsigned long mq_bytes;
};

struct user_namespace {
	struct ucounts *ucounts; /* of who has made it */
};

/* From 5.14 on, for each user of each user namespace. */
struct ucounts {
	struct user_namespace *ns;
	atomic_long_t rlimit[4];
};

/* Until 6.0. */
struct ucounts___one_array {
	atomic_long_t ucount[16];
};

/* Of the kernel's enum rlimit_type, which is there from 6.1 on. */
enum place_of_rlimit {
	UCOUNT_RLIMIT_NPROC = 0,
	UCOUNT_RLIMIT_MSGQUEUE = 1,
	UCOUNT_RLIMIT_SIGPENDING = 2,
};

enum ucount_type___one_array {
	UCOUNT_RLIMIT_NPROC___one_array,
	UCOUNT_RLIMIT_MSGQUEUE___one_array,
	UCOUNT_RLIMIT_SIGPENDING___one_array,
};

struct cred {
	kuid_t euid;
	struct user_struct *user;
	struct ucounts *ucounts;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup_root {
	int hierarchy_id;
};

struct cgroup_subsys_state {
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct sched_rt_entity {
	unsigned long timeout;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int exit_state;
	int pid;
	int tgid;
	__u64 utime; /* in ns, as all times here */
	__u64 stime;
	__u64 start_time; /* by CLOCK_MONOTONIC */
	struct sched_rt_entity rt;
	struct mm_struct *mm;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct list_head thread_node;
	struct pid *thread_pid;
	struct hlist_node pid_links[1]; /* as `tasks` of struct pid */
	const struct cred *real_cred;
	char comm[16];
	struct files_struct *files;
	struct io_uring_task *io_uring;
	struct signal_struct *signal;
	struct css_set *cgroups;
};

/* What the classic tracepoints of these names lay out for their programs (include/trace/events). */
struct trace_event_raw_sys_exit {
	long id;
	long ret;
};

struct trace_event_raw_rss_stat {
	unsigned int curr; /* it is the memory of the current task */
};

struct trace_event_raw_task_rename {
	int pid;
	char newcomm[16];
};

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_prog_aux {
	__u32 id;
};

struct bpf_prog {
	int *active; /* of each CPU: somebody is inside the program */
	struct bpf_prog_aux *aux;
};

struct bpf_iter__bpf_prog {
	struct bpf_iter_meta *meta;
	struct bpf_prog *prog;
};

/* Only a name here: its fields differ by architecture, see hooks/syscall.bpf.h. */
struct pt_regs;

struct pt_regs___x86 {
	unsigned long ax;
	unsigned long orig_ax;
	unsigned long di;
	unsigned long si;
	unsigned long dx;
	unsigned long bx;
	unsigned long cx;
};

struct pt_regs___arm64 {
	__u64 regs[31];
	__u64 pstate;
	__u64 orig_x0;
	int syscallno;
};

#pragma clang attribute pop

/*
 * LEGACY is for kernels before 5.17, which have no bpf_loop(), and before 5.12 no atomic
 * operation but addition and no typed pointer to the current task.
 *
 * WITHOUT_BTF is for kernels that do not know their own types: those are in a file that libbpf is
 * given (loading/kernel-types.ts). There is no typed pointer, no trampoline and no iterator, and
 * what is a BTF tracepoint elsewhere is a raw one, which is called by the same __bpf_trace_run().
 *
 * In both every load is a helper's. Elsewhere a pointer that is loaded from a task is dear at the
 * start: from 6.4 on the verifier asks for up to four types by their names whether it is to be
 * trusted, and looks through all types of the kernel for each, a millisecond together, on each way
 * that leads there (type_is_rcu() in kernel/bpf/verifier.c).
 *
 * LOOP calls a function with 0, 1, … and a context until it gives anything but 0, at most
 * `times`, of which `most` is the constant bound. By bpf_loop() the verifier walks the
 * function once, and loading takes milliseconds.
 */
#ifdef LEGACY
#define LOOP_BODY static __always_inline long
#define LOOP(most, times, body, context)                        \
	for (__u32 i = 0; i < (most) && i < (times); i++) \
		if (body(i, context))                           \
			break;
#else
#define LOOP_BODY static __noinline long
#define LOOP(most, times, body, context) bpf_loop(times, body, context, 0)
#endif

#if defined(LEGACY) || defined(WITHOUT_BTF)
#define LOAD(from, field) BPF_CORE_READ(from, field)
static __always_inline struct task_struct *current_task(void)
{
	return (struct task_struct *)bpf_get_current_task();
}
#else
#define LOAD(from, field) ((from)->field)
static __always_inline struct task_struct *current_task(void)
{
	return bpf_get_current_task_btf();
}
#endif

/* Variables of the kernel by their type, and bpf_task_pt_regs(), are neither a LEGACY kernel's nor one's WITHOUT_BTF. */
#if !defined(LEGACY) && !defined(WITHOUT_BTF)
#define KNOWS_TYPES
#endif

/* Of registers, which also a LEGACY kernel gives by a typed pointer. */
#ifdef WITHOUT_BTF
#define TRACEPOINT "raw_tp/"
#define REGISTER(registers, name) BPF_CORE_READ(registers, name)
#else
#define TRACEPOINT "tp_btf/"
#define REGISTER(registers, name) ((registers)->name)
#endif

#endif
