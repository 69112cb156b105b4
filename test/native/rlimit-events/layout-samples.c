/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The structures of rlimit_events.h as C lays them out, filled with numbers that cannot
 * be mistaken for each other: a line with a name and the bytes in hexadecimal for each.
 */
#include <stdio.h>
#include <string.h>

#include "rlimit_events.h"

#define LAST (GROUP_WORDS - 1)

static void print(const char *name, const void *bytes, size_t size)
{
	printf("%s ", name);
	for (size_t i = 0; i < size; i++)
		printf("%02x", ((const unsigned char *)bytes)[i]);
	printf("\n");
}

int main(void)
{
	struct event event = {
		.type = EVENT_LEVEL,
		.resource = RESOURCE_NOFILE,
		.pid = 4711,
		.other = DIRECTION_DOWN,
		.time = 1234567890123456789,
		.value = 51,
		.limit = 1024,
		.level = 52,
		.set = 3,
		.index = 63,
		.groups.words = { [0] = 5, [LAST] = 0x8000000000000005 },
		.comm = "broker",
	};
	struct event step = {
		.type = EVENT_STEP,
		.level = 1ULL << 34,
		.crossed = (1ULL << 33) + 5,
	};
	struct event unlimited = {
		.type = EVENT_LIMIT_CHANGED,
		.limit = ~0ULL,
		.level = ~0ULL,
		.comm = { 'f', 'i', 'f', 't', 'e', 'e', 'n', ' ', 'b', 'y', 't', 'e', 's', ' ', 0xc3, 0 },
	};
	struct answer answers[2] = {
		{ .pid = 4711, .error = 0, .value = 51, .limit = 1024, .set = 3, .groups.words = { 5 }, .comm = "broker" },
		{ .pid = 4712, .error = -16, .value = 1ULL << 40, .limit = ~0ULL, .set = 4, .groups.words[LAST] = 1, .comm = "full sixteen byt" },
	};
	struct losses losses = { .at = { 1, 2, 3, 4, 5, 6, 1ULL << 33, 8 }, .chores = { 9, 10, 11 }, .woken = 1, .patient = 2 };
	struct element element = { .map = ELEMENT_OF_USERS }, deleted = { .map = ELEMENT_OF_USERS, .deletes = 1 };
	struct element done = { .result = -7 };
	__u32 user = 4711;
	struct groups groups = { .words[LAST] = 1ULL << 63 };
	struct request request = { .kind = REQUEST_WATCH, .pid = 4711, .set = 3,
				   .account = 0x123456789a };
	struct request regroup = { .kind = REQUEST_REGROUP, .groups.words[LAST] = 1ULL << 63,
				   .given.words[LAST] = 1ULL << 62, .taken.words[LAST] = 1ULL << 61,
				   .removed.words[LAST] = 1ULL << 60, .gives = 1 };
	struct request find = { .kind = REQUEST_FIND, .exe = { 1ULL << 62, 0xfe00001, 0 }, .fd = 9 };
	struct request answered = { .threads = 5, .account = 0x123456789a, .references = 6, .changed = 7,
				    .exe = { 1ULL << 62, 0xfe00001, 0 } };
	struct exe exe = { .inode = 1ULL << 62, .device = 0xfe00001 };
	struct matching matching = { .inheriting.words = { [0] = 1, [LAST] = 1ULL << 63 | 1 },
				     .all.words = { [0] = 2, [LAST] = 1ULL << 62 | 2 },
				     .kinds = MATCH_COMMAND | MATCH_CGROUP, .inherits = 1 };
	struct config config = { .misses_io_uring = 1, .nr_setuid = { 105, 113, 117 },
				 .resource = 7, .page_size = 65536, .us_per_tick = 4000,
				 .unguarded_programs = 9 };
	struct level_set set = {
		.begins = { 0, 1, 2, 3 },
		.inherited = 9,
		.step = 1ULL << 33,
		.levels = {
			{ .value = 1ULL << 40 },
			{ .share = 8000, .rounding = 9999 },
			{ .share = 9999, .rounding = 10000 },
		},
	};

	for (int i = 0; i < SYSCALLS; i++)
		config.weights[i] = i * 3;
	memcpy(element.key, &user, sizeof(user));
	memcpy(element.value, &groups, sizeof(groups));
	memcpy(deleted.key, &user, sizeof(user));
	print("element", &element, sizeof(element));
	print("deleted", &deleted, sizeof(deleted));
	print("done", &done, sizeof(done));
	print("event", &event, sizeof(event));
	print("step", &step, sizeof(step));
	print("unlimited", &unlimited, sizeof(unlimited));
	print("answers", answers, sizeof(answers));
	print("losses", &losses, sizeof(losses));
	print("request", &request, sizeof(request));
	print("answered", &answered, sizeof(answered));
	print("regroup", &regroup, sizeof(regroup));
	print("find", &find, sizeof(find));
	print("exe", &exe, sizeof(exe));
	print("matching", &matching, sizeof(matching));
	print("config", &config, sizeof(config));
	print("level_set", &set, sizeof(set));
	return 0;
}
