/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK and RLIMIT_MEMLOCK in attach modes `fentry` and `kprobe`: where the kernel
 * has changed what its memory counts. There is no one function: vm_stat_account() is inlined.
 *
 * Each hook is where the change is over. Of mmap(2) with MAP_FIXED and of mremap(2) the count goes down and up, or up
 * and down, in between, and that is nobody's use.
 */
#ifndef RLIMIT_EVENTS_MEMORY_HOOKS_H
#define RLIMIT_EVENTS_MEMORY_HOOKS_H

#include "hooks/resident.bpf.h"

/*
 * From its new memory on until the program is there (create_elf_tables() in fs/binfmt_elf.c) an exec(2) builds: what
 * it comes to is looked at in the exec hook.
 */
static __always_inline bool is_being_built(struct mm_struct *mm)
{
	return !BPF_CORE_READ(mm, env_end);
}

/* A function of its own, so that nobody else has to keep anything for it. */
static __noinline int memory_of_somebody_like_watched_changes(void)
{
	if (may_be_watched(tgid_of_current()) && !is_being_built(BPF_CORE_READ(current_task(), mm)))
		observe_current(config.resource);
	return 0;
}

static __always_inline int memory_of_current_changes(void)
{
	return slot_of(tgid_of_current())->taken ? memory_of_somebody_like_watched_changes() : 0;
}

/* It may be another's: who debugs a process can let its stack grow, and a driver lock its pages. */
static __always_inline int memory_changes(struct mm_struct *mm)
{
	return is_of_current(mm) ? memory_of_current_changes() : rss_of_another_changes(mm);
}

#define MEMORY_AT_ENTRY(function)                                        \
	SEC("fentry/" #function) int fentry__##function(void *context)   \
	{                                                                \
		return memory_of_current_changes();                      \
	}                                                                \
	SEC("kprobe/" #function) int kprobe__##function(void *context)   \
	{                                                                \
		return memory_of_current_changes();                      \
	}

#define MEMORY_AT_FEXIT(function)                                        \
	SEC("fexit/" #function) int fexit__##function(void *context)     \
	{                                                                \
		return memory_of_current_changes();                      \
	}

/* A kretprobe does not have the parameters: what is another's is seen at the next change of the same memory. */
#define MEMORY_AT_KRETPROBE(function)                                        \
	SEC("kretprobe/" #function) int kretprobe__##function(void *context) \
	{                                                                    \
		return memory_of_current_changes();                          \
	}

#define MEMORY_AT_RETURN(function) MEMORY_AT_FEXIT(function) MEMORY_AT_KRETPROBE(function)

/*
 * mmap(2), munmap(2), mremap(2) and brk(2), in whatever way a program of whatever kind calls them, and what drivers
 * map and unmap: each ends by telling userfaultfd what it has unmapped, be it nothing.
 */
MEMORY_AT_ENTRY(userfaultfd_unmap_complete)
/* shmat(2), shmdt(2) */
MEMORY_AT_RETURN(do_shmat)
MEMORY_AT_RETURN(ksys_shmdt)
/* io_setup(2) maps a ring. do_mmap() itself has too many parameters for a trampoline of most kernels. */
MEMORY_AT_RETURN(__x64_sys_io_setup)
MEMORY_AT_RETURN(__ia32_compat_sys_io_setup)
MEMORY_AT_RETURN(__arm64_sys_io_setup)
MEMORY_AT_RETURN(__arm64_compat_sys_io_setup)
/*
 * Shadow stacks, which count as stacks do: a thread's, one that a program asks for, and its first (arch/x86/kernel/shstk.c,
 * arch/arm64/mm/gcs.c). They are unmapped by what munmap(2) is made of.
 */
MEMORY_AT_RETURN(shstk_alloc_thread_stack)
MEMORY_AT_RETURN(shstk_prctl)
MEMORY_AT_RETURN(__x64_sys_map_shadow_stack)
MEMORY_AT_RETURN(gcs_alloc_thread_stack)
MEMORY_AT_RETURN(arch_set_shadow_stack_status)
MEMORY_AT_RETURN(__arm64_sys_map_shadow_stack)
/* What the kernel maps for itself: arch_prctl(2), uprobes. */
MEMORY_AT_RETURN(_install_special_mapping)
/*
 * mprotect(2), pkey_mprotect(2): what was not writable, is; and mlock(2), mlock2(2), mlockall(2), munlock(2),
 * munlockall(2). Called for one mapping after the other, all of which change in one direction. Their callers wait for
 * the lock of the memory, and of those who wait in a function a kretprobe may follow no more than ten.
 */
MEMORY_AT_RETURN(mprotect_fixup)
MEMORY_AT_RETURN(mlock_fixup)

/* A stack grows. */
SEC("fexit/expand_downwards")
int BPF_PROG(fexit__expand_downwards, struct vm_area_struct *area)
{
	return memory_changes(LOAD(area, vm_mm));
}

MEMORY_AT_KRETPROBE(expand_downwards)

/* Drivers lock pages; the second is the first with a lock around it, and may have it inlined. */
SEC("fexit/__account_locked_vm")
int BPF_PROG(fexit____account_locked_vm, struct mm_struct *mm)
{
	return memory_changes(mm);
}

SEC("fexit/account_locked_vm")
int BPF_PROG(fexit__account_locked_vm, struct mm_struct *mm)
{
	return memory_changes(mm);
}

MEMORY_AT_KRETPROBE(__account_locked_vm)
MEMORY_AT_KRETPROBE(account_locked_vm)

#endif
