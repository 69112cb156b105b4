// SPDX-License-Identifier: GPL-2.0-only
/*
 * An empty program for each of ours that can be attached where no program is preempted, of the same name at the same
 * hook: what watching a resource cannot cost less than.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define EMPTY(section, name)          \
	SEC(section) int name(void *context) \
	{                             \
		return 0;             \
	}
#define AT_ENTRY(function)                          \
	EMPTY("fentry/" #function, fentry__##function) \
	EMPTY("kprobe/" #function, kprobe__##function)
#define AT_RETURN(function)                       \
	EMPTY("fexit/" #function, fexit__##function) \
	EMPTY("kretprobe/" #function, kretprobe__##function)

EMPTY("tp_btf/sched_process_fork", process_forks)
EMPTY("tp_btf/sched_process_exec", process_executes)
EMPTY("tp_btf/sched_process_exit", process_ends)
EMPTY("tp_btf/sys_exit", syscall_ends)
EMPTY("tp_btf/sys_exit", user_syscall_ends)
EMPTY("tp_btf/sched_stat_runtime", runtime_grows)
EMPTY("tp_btf/hrtimer_expire_exit", tick_has_passed)
EMPTY("tp_btf/sched_wakeup", thread_wakes_up)
EMPTY("tp_btf/rss_stat", rss_changes)
EMPTY("tp_btf/task_newtask", user_has_new_task)
EMPTY("tp_btf/sched_process_free", user_frees)
EMPTY("tp_btf/sched_switch", user_thread_is_gone)
EMPTY("tp_btf/signal_generate", signal_is_sent)
EMPTY("tp_btf/signal_deliver", signal_is_delivered)

AT_ENTRY(fd_install)
AT_ENTRY(filp_close)
AT_ENTRY(filp_flush)
AT_ENTRY(cgroup_release)
AT_ENTRY(cgroup_task_release)
AT_ENTRY(userfaultfd_unmap_complete)
AT_ENTRY(do_prlimit)
AT_ENTRY(put_ucounts)
AT_RETURN(do_dup2)
AT_RETURN(put_unused_fd)
AT_RETURN(__close_range)
AT_RETURN(do_prlimit)
AT_RETURN(do_shmat)
AT_RETURN(ksys_shmdt)
AT_RETURN(__x64_sys_io_setup)
AT_RETURN(__ia32_compat_sys_io_setup)
AT_RETURN(__arm64_sys_io_setup)
AT_RETURN(__arm64_compat_sys_io_setup)
AT_RETURN(_install_special_mapping)
AT_RETURN(mprotect_fixup)
AT_RETURN(mlock_fixup)
AT_RETURN(expand_downwards)
AT_RETURN(__account_locked_vm)
AT_RETURN(account_locked_vm)
AT_RETURN(shstk_alloc_thread_stack)
AT_RETURN(shstk_prctl)
AT_RETURN(__x64_sys_map_shadow_stack)
AT_RETURN(commit_creds)
AT_RETURN(mqueue_create)
AT_RETURN(mqueue_create_attr)
AT_RETURN(inc_rlimit_get_ucounts)
AT_ENTRY(dec_rlimit_put_ucounts)
AT_RETURN(dec_rlimit_put_ucounts)

char LICENSE[] SEC("license") = "GPL";
