#!/bin/sh
# Linux 6.18.44 (x86_64, with 5.5 MB of BTF), and by its source since 6.4: to check a BPF program takes the verifier more
# than a millisecond for each pointer that the program loads from a trusted one, such as that of bpf_get_current_task_btf(), on
# each way that leads to the load. It asks up to four times whether the field is in a type `NAME__safe_trusted`,
# `NAME__safe_rcu` and so on (type_is_trusted(), type_is_rcu() in kernel/bpf/verifier.c), and each time
# btf_find_by_name_kind() compares the name with those of all types of the kernel. A pointer that is loaded from one
# that is not trusted any more, and a number, need a hundredth of that. So a program of some dozen such loads and some
# branches can need a tenth of a second to be loaded, whatever its number of instructions is.
#
# This loads, and does not attach, programs with 64 loads each, and tells the time that the verifier says it took (the
# least of 5). Output seen on 2026-11-30:
#
#   kernel 6.18.44-fc-v657
#   64 numbers of a task: 256 us; 64 pointers of its signals, which are not trusted: 878 us; 64 of itself: 87540 us
#   as described
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: root with bpf(2), Linux 6.4 or later with BTF, gcc, clang-14 (or clang), libbpf-dev. Takes a second.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
[ "$(id -u)" = 0 ] || cannot 'only root can try it'
[ -r /sys/kernel/btf/vmlinux ] || cannot 'this kernel has no BTF'
command -v gcc >/dev/null || cannot 'gcc is not installed'
clang=$(command -v clang-14 || command -v clang) || cannot 'clang-14 is not installed'

cd "$work"
cat >loads.bpf.c <<'C'
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define READ __attribute__((preserve_access_index))
#define LOADS 64
#define EACH _Pragma("clang loop unroll(full)") for (int i = 0; i < LOADS; i++)
/* So that each turn loads again. */
#define AGAIN asm volatile("" ::: "memory")

struct list_head {
	struct list_head *next;
} READ;
struct signal_struct {
	struct list_head thread_head;
} READ;
struct task_struct {
	int pid;
	struct signal_struct *signal;
} READ;

__u64 sum;

SEC("tp_btf/sched_process_exit")
int numbers(void *context)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	EACH {
		sum = task->pid;
		AGAIN;
	}
	return 0;
}

SEC("tp_btf/sched_process_exit")
int trusted(void *context)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	EACH {
		sum = (__u64)task->signal;
		AGAIN;
	}
	return 0;
}

SEC("tp_btf/sched_process_exit")
int untrusted(void *context)
{
	struct signal_struct *signal = ((struct task_struct *)(void *)bpf_get_current_task_btf())->signal;

	EACH {
		sum = (__u64)signal->thread_head.next;
		AGAIN;
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
C
"$clang" -target bpf -g -O2 -I"/usr/include/$(gcc -print-multiarch)" -c loads.bpf.c -o loads.bpf.o || cannot 'it could not be compiled'

cat >load.c <<'C'
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char log[1 << 16];

/* Microseconds of the verifier for one program of the object; -1: it was not loaded. */
static long time_of(const char *name)
{
	struct bpf_object *object = bpf_object__open("loads.bpf.o");
	struct bpf_program *program;
	const char *said;
	long time = -1;

	if (!object)
		return -1;
	bpf_object__for_each_program(program, object) {
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), name));
		/* BPF_LOG_STATS of kernel/bpf: what it took, and nothing else. */
		bpf_program__set_log_level(program, 4);
		bpf_program__set_log_buf(program, log, sizeof(log));
	}
	if (!bpf_object__load(object) && (said = strstr(log, "verification time ")))
		time = atol(said + strlen("verification time "));
	bpf_object__close(object);
	return time;
}

int main(void)
{
	const char *const names[] = { "numbers", "untrusted", "trusted" };
	long least[3];

	for (int which = 0; which < 3; which++) {
		least[which] = -1;
		for (int i = 0; i < 5; i++) {
			long time = time_of(names[which]);

			if (time < 0)
				return 2;
			if (least[which] < 0 || time < least[which])
				least[which] = time;
		}
	}
	printf("64 numbers of a task: %ld us; 64 pointers of its signals, which are not trusted: %ld us; 64 of itself: %ld us\n",
	       least[0], least[1], least[2]);
	return least[2] > 10 * least[1] && least[2] > 10 * least[0] ? 0 : 1;
}
C
gcc -O2 -o load load.c -lbpf || cannot 'the loader could not be compiled'
echo "kernel $(uname -r)"
status=0
./load || status=$?
case $status in
  0) echo 'as described' ;;
  1) echo 'not as described any more' ;;
  *) cannot 'the programs could not be loaded' ;;
esac
exit "$status"
