// SPDX-License-Identifier: GPL-2.0-only
/*
 * rlimit-events: a process crosses a level of an rlimit resource, and the ring buffer
 * becomes readable.
 *
 *   kernel.h, atomics.h, maps.h, lock.h: what is there
 *   budgets.h                      who is watched, and how far he may go unseen
 *   resource.h, and nofile.h, memory.h, threads.h, cpu.h, rttime.h, ucounts.h: how a resource is counted
 *   levels.h, bits.h               which levels a value has reached
 *   telling.h                      the events, and what a move from one look to the next tells
 *   subject.h                      the counting core: when a process is looked at, and how
 *   accounts.h, sharers.h, members.h: who has something together with others
 *   owner.h, groups.h, regroup.h   who is watched, and by which number he is known
 *   processes.h, changes.h         processes come and go, and become others
 *   tracepoint.h, functions.h      the attach modes: what calls for a look
 *   scheduler.h, resident.h, user_hooks.h  the same, of one resource and in every mode
 *   blind.h, guarded.h             the net under what can be kept from running
 *   asked.h, requests.h, executables.h, elements.h: what user space asks for, and how
 */
/* In this order they are loaded: first what a kernel may refuse. */
#include "functions.h"
#include "tracepoint.h"
#include "scheduler.h"
#include "resident.h"
#include "user_hooks.h"
#include "changes.h"
#include "processes.h"
#include "requests.h"
#include "executables.h"
#include "elements.h"

char LICENSE[] SEC("license") = "GPL";
