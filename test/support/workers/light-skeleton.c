/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * light-skeleton MAPS
 *
 * At each line of its standard input it makes so many maps by one bpf(2), which runs a program that makes them, as the
 * light skeletons of bpftool do, and closes them one by one.
 */
#include "worker.h"
#include <linux/bpf.h>

#define MOST_MAPS 16

#define SET(place, number) \
	{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = BPF_REG_10, .off = (place), .imm = (number) }
#define MOVE(reg, number) { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (reg), .imm = (number) }

static long bpf(int command, union bpf_attr *attributes)
{
	long result = syscall(SYS_bpf, command, attributes, sizeof(*attributes));

	if (result < 0)
		err(1, "bpf %d", command);
	return result;
}

/* The program. What the maps are to be like lies on its stack. */
static int load(int maps)
{
	static const struct bpf_insn attributes[] = {
		SET(-24, BPF_MAP_TYPE_ARRAY), SET(-20, 4), SET(-16, 4), SET(-12, 1), SET(-8, 0), SET(-4, 0),
	};
	static const struct bpf_insn make[] = {
		MOVE(BPF_REG_1, BPF_MAP_CREATE),
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_2, .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_2, .imm = -24 },
		MOVE(BPF_REG_3, 24),
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_sys_bpf },
	};
	static const struct bpf_insn end[] = { MOVE(BPF_REG_0, 0), { .code = BPF_JMP | BPF_EXIT } };
	char code[sizeof(attributes) + MOST_MAPS * sizeof(make) + sizeof(end)], *next = code;
	union bpf_attr program = {
		.prog_type = BPF_PROG_TYPE_SYSCALL,
		.prog_flags = BPF_F_SLEEPABLE,
		.insns = (uintptr_t)code,
		.license = (uintptr_t) "GPL",
	};

	next = mempcpy(next, attributes, sizeof(attributes));
	for (int map = 0; map < maps; map++)
		next = mempcpy(next, make, sizeof(make));
	next = mempcpy(next, end, sizeof(end));
	program.insn_cnt = (next - code) / sizeof(struct bpf_insn);
	return bpf(BPF_PROG_LOAD, &program);
}

int main(int argc, char **argv)
{
	union bpf_attr run = {};
	int maps = argc == 2 ? atoi(argv[1]) : 0;

	if (maps < 1 || maps > MOST_MAPS)
		errx(1, "light-skeleton MAPS");
	run.test.prog_fd = load(maps);
	tell("ready\n");
	for (;;) {
		listen_to();
		bpf(BPF_PROG_TEST_RUN, &run);
		for (int map = 1; map <= maps; map++)
			if (close(run.test.prog_fd + map))
				err(1, "close");
		tell("done\n");
	}
}
