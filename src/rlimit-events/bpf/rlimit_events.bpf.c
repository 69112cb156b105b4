// SPDX-License-Identifier: GPL-2.0-only
/*
 * rlimit-events: a process crosses a level of an rlimit resource, and the ring buffer
 * becomes readable.
 *
 * In folders, each of which needs only those before it:
 *
 *   kernel/     what the kernel has, by CO-RE: types, atomic operations, whose a task is
 *   core/       the maps, their locks, and the budgets: how far somebody may go unseen
 *   resources/  how a resource is counted
 *   together/   who has something together with others, and what they may spend
 *   looks/      a look: how much is it now, which levels lie between, and what is told (subject.bpf.h)
 *   groups/     who is watched by what he is
 *   hooks/      what calls for a look: the attach modes (functions.bpf.h, tracepoint.bpf.h), what a resource needs
 *               besides (memory.bpf.h, scheduler.bpf.h, resident.bpf.h, user_hooks.bpf.h), processes that come, go and become
 *               others, and the net under what can be kept from running (blind.bpf.h, unguarded.bpf.h)
 *   requests/   what user space asks for, and how
 */
/* In this order they are loaded: first what a kernel may refuse. */
#include "hooks/functions.bpf.h"
#include "hooks/tracepoint.bpf.h"
#include "hooks/scheduler.bpf.h"
#include "hooks/resident.bpf.h"
#include "hooks/memory.bpf.h"
#include "hooks/user_hooks.bpf.h"
#include "hooks/changes.bpf.h"
#include "hooks/processes.bpf.h"
#include "requests/requests.bpf.h"
#include "requests/executables.bpf.h"
#include "requests/elements.bpf.h"

char LICENSE[] SEC("license") = "GPL";
