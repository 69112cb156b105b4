#!/bin/sh
# Linux 7.3 (Debian's 7.3.4-1~bpo13+1, amd64, preemption lazy by default, as is 7.2): a BPF program at a BTF tracepoint
# (tp_btf/sys_exit) is skipped, without an event or an error, for calls of other tasks while a task is preempted inside
# the program. Only recursion_misses of bpf_prog_info tells. A program at the same place as a classic tracepoint
# (raw_syscalls/sys_exit) sees every call. Up to 7.1 the first saw every call, too.
#
# This boots that kernel under qemu without KVM, with 2 CPUs, where 8 processes call getppid(2) 100,000 times each, with
# both programs attached, which do nothing but count. Output seen on 2026-11-28:
#
#   kernel 7.3.4+deb13-amd64 #1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1~bpo13+1 (2026-11-15)
#   getppid called 800000
#   tp_btf/sys_exit counted 738135 recursion_misses 61865
#   tracepoint/raw_syscalls/sys_exit counted 800000 recursion_misses 0
#   QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: apt with a mirror of Debian, gcc, libc6-dev, linux-libc-dev, cpio, qemu-system-x86_64. Takes a quarter of a minute.
set -eu
suite=trixie-backports
package=linux-binary-7.3.4+deb13-amd64
version=7.3.4-1~bpo13+1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
for command in gcc cpio qemu-system-x86_64; do
  command -v "$command" >/dev/null || cannot "$command is not installed"
done

# The kernel, from the machine's own mirrors, with a state of apt that is not the machine's.
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/guest/proc" "$work/guest/sys"
: >"$work/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
apt-get -o Dir::State::lists="$work/lists" update --print-uris | sed -n "
  s#^'\(.*\)/dists/[^/-]*/InRelease' .*#deb [arch=amd64 signed-by=$keyring] \1 $suite main#p
" | sort -u >"$work/sources.list"
cat >"$work/apt.conf" <<APT
Dir::State "$work";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
#clear APT::Update;
APT
# Archives of the machine that have no such suite make it fail.
apt-get -c "$work/apt.conf" -qq update >/dev/null 2>&1 || true
cd "$work/archives"
apt-get -c "$work/apt.conf" -qq download "$package=$version" || cannot "no mirror has $package=$version"
dpkg-deb --extract ./*.deb "$work/package"

# The guest's only program.
cat >"$work/init.c" <<'C'
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 8, CALLS = 100000 };

/* Ends the guest, which then has no result. */
static int must(const char *what, long result) {
  if (result >= 0)
    return result;
  printf("%s: %m\n", what);
  sleep(1);
  reboot(RB_POWER_OFF);
  _exit(1);
}

static int bpf(const char *what, int command, union bpf_attr *attributes) {
  return must(what, syscall(SYS_bpf, command, attributes, sizeof *attributes));
}

/* The typedef of a BTF tracepoint in the kernel's own types. */
static int type_of(const char *name) {
  int fd = must("open BTF", open("/sys/kernel/btf/vmlinux", O_RDONLY));
  struct stat status;
  must("fstat BTF", fstat(fd, &status));
  char *all = malloc(status.st_size);
  for (ssize_t got = 0; got < status.st_size;)
    got += must("read BTF", read(fd, all + got, status.st_size - got));
  struct btf_header *header = (void *)all;
  char *at = all + header->hdr_len + header->type_off, *end = at + header->type_len;
  char *names = all + header->hdr_len + header->str_off;
  for (int id = 1; at < end; id++) {
    struct btf_type *type = (void *)at;
    int number = BTF_INFO_VLEN(type->info), each = 0, more = 0;
    if (BTF_INFO_KIND(type->info) == BTF_KIND_TYPEDEF && strcmp(names + type->name_off, name) == 0)
      return id;
    switch (BTF_INFO_KIND(type->info)) {
    case BTF_KIND_INT: case BTF_KIND_VAR: case BTF_KIND_DECL_TAG: more = 4; break;
    case BTF_KIND_ARRAY: more = sizeof(struct btf_array); break;
    case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_DATASEC: case BTF_KIND_ENUM64: each = 12; break;
    case BTF_KIND_ENUM: case BTF_KIND_FUNC_PROTO: each = 8; break;
    }
    at += sizeof *type + more + number * each;
  }
  return must(name, -1);
}

struct program { int map, fd; };

/* Counts the calls of getppid(2): `loads` leaves the number of the call in R2. */
static struct program count(int type, int btf_type, const struct bpf_insn *loads, int length) {
  struct program made;
  made.map = bpf("map", BPF_MAP_CREATE, &(union bpf_attr){
    .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1 });
  struct bpf_insn code[16];
  memcpy(code, loads, length * sizeof *loads);
  const struct bpf_insn counts[] = {
    { .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = 2, .off = 4, .imm = SYS_getppid },
    { .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_VALUE, .imm = made.map }, { 0 },
    { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
    { .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = 1, .src_reg = 0, .imm = BPF_ADD },
    { .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
    { .code = BPF_JMP | BPF_EXIT },
  };
  memcpy(code + length, counts, sizeof counts);
  made.fd = bpf("program", BPF_PROG_LOAD, &(union bpf_attr){
    .prog_type = type, .expected_attach_type = btf_type ? BPF_TRACE_RAW_TP : 0, .attach_btf_id = btf_type,
    .insns = (long)code, .insn_cnt = length + sizeof counts / sizeof *counts, .license = (long)"GPL" });
  return made;
}

static struct program count_by_btf_tracepoint(void) {
  /* The first argument is struct pt_regs, whose orig_ax is at 120. */
  const struct bpf_insn loads[] = {
    { .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 2, .src_reg = 1, .off = 0 },
    { .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 2, .src_reg = 2, .off = 120 },
  };
  struct program made = count(BPF_PROG_TYPE_TRACING, type_of("btf_trace_sys_exit"), loads, 2);
  bpf("attach tp_btf", BPF_RAW_TRACEPOINT_OPEN, &(union bpf_attr){ .raw_tracepoint.prog_fd = made.fd });
  return made;
}

static struct program count_by_classic_tracepoint(void) {
  /* After 8 bytes that each tracepoint has, the number of the call. */
  const struct bpf_insn loads[] = {
    { .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 2, .src_reg = 1, .off = 8 },
  };
  struct program made = count(BPF_PROG_TYPE_TRACEPOINT, 0, loads, 1);
  FILE *file = fopen("/sys/kernel/tracing/events/raw_syscalls/sys_exit/id", "r");
  int id = 0;
  if (!file || fscanf(file, "%d", &id) != 1)
    must("id of the tracepoint", -1);
  struct perf_event_attr event = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof event, .config = id };
  int fd = must("perf_event_open", syscall(SYS_perf_event_open, &event, -1, 0, -1, 0));
  must("attach tracepoint", ioctl(fd, PERF_EVENT_IOC_SET_BPF, made.fd));
  must("enable tracepoint", ioctl(fd, PERF_EVENT_IOC_ENABLE, 0));
  return made;
}

static void tell(const char *name, struct program of) {
  unsigned key = 0;
  unsigned long counted = 0;
  bpf("lookup", BPF_MAP_LOOKUP_ELEM, &(union bpf_attr){ .map_fd = of.map, .key = (long)&key, .value = (long)&counted });
  struct bpf_prog_info info = { 0 };
  bpf("info", BPF_OBJ_GET_INFO_BY_FD, &(union bpf_attr){
    .info.bpf_fd = of.fd, .info.info_len = sizeof info, .info.info = (long)&info });
  printf("%s counted %lu recursion_misses %llu\n", name, counted, info.recursion_misses);
}

int main(void) {
  must("mount proc", mount("proc", "/proc", "proc", 0, 0));
  must("mount sys", mount("sysfs", "/sys", "sysfs", 0, 0));
  must("mount tracefs", mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, 0));
  struct utsname name;
  uname(&name);
  printf("kernel %s %s\n", name.release, name.version);
  struct program modern = count_by_btf_tracepoint(), classic = count_by_classic_tracepoint();
  for (int each = 0; each < PROCESSES; each++)
    if (fork() == 0) {
      for (int call = 0; call < CALLS; call++)
        syscall(SYS_getppid);
      _exit(0);
    }
  while (wait(NULL) > 0)
    ;
  printf("getppid called %d\n", PROCESSES * CALLS);
  tell("tp_btf/sys_exit", modern);
  tell("tracepoint/raw_syscalls/sys_exit", classic);
  fflush(stdout);
  sleep(1);
  reboot(RB_POWER_OFF);
}
C
gcc -static -O2 -Wall -Wno-missing-braces -o "$work/guest/init" "$work/init.c"
(cd "$work/guest" && find . | cpio --quiet -o -H newc | gzip) >"$work/initramfs"

timeout 300 qemu-system-x86_64 -nodefaults -no-reboot -display none -monitor none -serial stdio -cpu max -smp 2 -m 1024 \
  -kernel "$work"/package/usr/lib/modules/*/vmlinuz -initrd "$work/initramfs" \
  -append 'console=ttyS0 quiet panic=-1' </dev/null | tr -d '\r' >"$work/output" || true
grep -E '^(kernel|getppid|tp_btf|tracepoint)' "$work/output" || { cat "$work/output" >&2; cannot 'the guest told nothing'; }
qemu-system-x86_64 --version | head -n 1

# figure NAME WORD: the number after WORD in the line of NAME
figure() {
  sed -n "s#^$1 .*\b$2 \([0-9]*\).*#\1#p" "$work/output"
}
made=$(sed -n 's/^getppid called //p' "$work/output")
[ "$(figure tracepoint/raw_syscalls/sys_exit counted)" = "$made" ] || { echo 'CHANGED: the classic tracepoint lost calls'; exit 1; }
[ "$(figure tp_btf/sys_exit counted)" -lt "$made" ] || { echo 'CHANGED: tp_btf saw every call'; exit 1; }
[ "$(figure tp_btf/sys_exit recursion_misses)" -gt 0 ] || { echo 'CHANGED: recursion_misses tells nothing'; exit 1; }
echo 'as described: tp_btf lost calls, the classic tracepoint did not'
