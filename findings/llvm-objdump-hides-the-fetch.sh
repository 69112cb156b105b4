#!/bin/sh
# llvm-objdump 19.1.7 (Debian's 1:19.1.7-3~deb12u1, amd64; 14.0.6 does the same): for BPF it prints a 32-bit
# atomic_fetch_add, as clang makes it with -mcpu=v3, as `lock *(u32 *)(r2 + 0x0) += r1`, which is how it
# prints the operation that fetches nothing, and a 32-bit atomic_fetch_or as `<unknown>`. Of 64 bits both are right. The
# object is right, too: the immediate of the instruction has BPF_FETCH, 1. With --mattr=+alu32 all are printed as they
# are. So who reads a program to see if an addition is a full barrier (on arm64 only one that fetches is) is told the
# wrong thing: an object does not say for which -mcpu it was made.
#
# Output seen on 2026-11-28:
#
#   LLVM 19.1.7
#   add, 64 bits: r1 = atomic_fetch_add((u64 *)(r2 + 0x0), r1)
#   add, 32 bits: lock *(u32 *)(r2 + 0x0) += r1 (bytes c3 12 00 00 01 00 00 00)
#   add, 32 bits, --mattr=+alu32: w1 = atomic_fetch_add((u32 *)(r2 + 0x0), w1)
#   or, 32 bits: <unknown>
#   or, 32 bits, --mattr=+alu32: w1 = atomic_fetch_or((u32 *)(r2 + 0x0), w1)
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: apt with a mirror of Debian 12, and 80 MB of packages in a temporary folder.
set -eu
script=$(realpath "$0")
version='1:19.1.7-3~deb12u1'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
cd "$work"
timeout 300 apt-get -qq -o APT::Sandbox::User=root download "clang-19=$version" "llvm-19=$version" \
  "libclang-cpp19=$version" "libllvm19=$version" || cannot "no mirror has LLVM $version"
for archive in *.deb; do
  dpkg-deb --extract "$archive" . || cannot "$archive cannot be unpacked"
done
export LD_LIBRARY_PATH="$work/usr/lib/x86_64-linux-gnu:$work/usr/lib/llvm-19/lib"
bin=usr/lib/llvm-19/bin

cat >fetch.c <<'C'
unsigned long long wide, old_wide;
unsigned int narrow, old_narrow;
__attribute__((section("add64"))) int a(void) { old_wide = __sync_fetch_and_add(&wide, 2); return 0; }
__attribute__((section("add32"))) int b(void) { old_narrow = __sync_fetch_and_add(&narrow, 2); return 0; }
__attribute__((section("or32"))) int c(void) { old_narrow = __sync_fetch_and_or(&narrow, 2); return 0; }
C
"$bin/clang" -target bpf -mcpu=v3 -O2 -c fetch.c -o fetch.o || cannot 'clang could not compile'

# operation SECTION OPTION...: the one instruction that is atomic, by its class and mode, 0xc3 or 0xdb.
operation() {
  section=$1
  shift
  "$bin/llvm-objdump" -d --section="$section" "$@" fetch.o | grep -E '(c3|db) [0-9a-f]{2} 00 00 [0-9a-f]{2} 00 00 00'
}
text() {
  operation "$@" | cut -f 3
}
bytes=$(operation add32 | cut -f 2 | sed 's/ *$//')
bytes=${bytes#*:}
seen=$(
  "$bin/llvm-objdump" --version | sed -n 's/.*LLVM version \([0-9.]*\).*/LLVM \1/p'
  echo "add, 64 bits: $(text add64)"
  echo "add, 32 bits: $(text add32) (bytes $(echo "$bytes" | xargs))"
  echo "add, 32 bits, --mattr=+alu32: $(text add32 --mattr=+alu32)"
  echo "or, 32 bits: $(text or32)"
  echo "or, 32 bits, --mattr=+alu32: $(text or32 --mattr=+alu32)"
)
echo "$seen"
[ "$seen" = "$(sed -n 's/^#   //p' "$script")" ]
