// SPDX-License-Identifier: GPL-2.0-only
/*
 * Empty programs where ours are attached: what no program there can go below. Which, the macro says:
 * SYS_EXIT, CLASSIC (the same where BTF tracepoints can be preempted), RAW (the same where the kernel does not know its
 * types), FENTRY or KPROBE (with CLOSING, the function that every close passes), or INSTALL alone.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

#ifdef SYS_EXIT
SEC("tp_btf/sys_exit") int floor_sys_exit(void *context)
{
	return 0;
}
#endif

#ifdef CLASSIC
SEC("tracepoint/raw_syscalls/sys_exit") int floor_sys_exit(void *context)
{
	return 0;
}
#endif

#ifdef RAW
SEC("raw_tp/sys_exit") int floor_sys_exit(void *context)
{
	return 0;
}
#endif

#if defined(FENTRY) || defined(INSTALL)
SEC("fentry/fd_install") int floor_install(void *context)
{
	return 0;
}
#endif

#ifdef FENTRY
SEC("fentry/" TEXT(CLOSING)) int floor_close(void *context)
{
	return 0;
}
#endif

#ifdef KPROBE
SEC("kprobe/fd_install") int floor_install(void *context)
{
	return 0;
}

SEC("kprobe/" TEXT(CLOSING)) int floor_close(void *context)
{
	return 0;
}
#endif

char LICENSE[] SEC("license") = "GPL";
