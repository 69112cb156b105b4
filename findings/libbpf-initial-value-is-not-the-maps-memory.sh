#!/bin/sh
# libbpf 1.1.2 (Debian's 1:1.1.2-0+deb12u1, amd64): after bpf_object__load() the memory that bpf_map__initial_value()
# gives for a .data section is still memory of the process alone. What the programs write into the section is not seen
# there, and what is written there the programs do not see, without an error. Only bpf_object__load_skeleton(), which
# generated skeletons call, maps the section there. libbpf 1.5.0 (Debian's 1:1.5.0-3) maps it in bpf_object__load(),
# too, so does 1.7.0 (tried with mapped=1:1.7.0-1 and suite=testing below). Versions between 1.1.2 and 1.5.0 were not
# tried.
#
# This loads a section with given 1, seen 2, written 3, writes 10 to given in the memory, has a program copy given to
# seen and write 30 to written, and tells what is in the memory and what bpf_map_lookup_elem() finds. Output seen on
# Linux 6.18.44, 2026-11-28:
#
#   libbpf v1.1, bpf_object__load: memory given 10 seen 2 written 3, map given 1 seen 1 written 30
#   libbpf v1.1, bpf_object__load_skeleton: memory given 10 seen 10 written 30, map given 10 seen 10 written 30
#   libbpf v1.5, bpf_object__load: memory given 10 seen 10 written 30, map given 10 seen 10 written 30
#   libbpf v1.5, bpf_object__load_skeleton: memory given 10 seen 10 written 30, map given 10 seen 10 written 30
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: root with bpf(2), Linux 5.14 or later on x86_64, apt with a mirror of Debian, gcc, libc6-dev, linux-libc-dev,
# clang-14 (or clang). Takes some seconds.
set -eu
separate=1:1.1.2-0+deb12u1
mapped=1:1.5.0-3
# Has libbpf 1.5.0, and the C library and libelf that it needs. They serve the older one as well.
suite=trixie

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
[ "$(id -u)" = 0 ] || cannot 'only root can try it'
command -v gcc >/dev/null || cannot 'gcc is not installed'
clang=$(command -v clang-14 || command -v clang) || cannot 'clang-14 is not installed'

# The packages, from the machine's own mirrors, with a state of apt that is not the machine's.
mkdir -p "$work/lists/partial" "$work/archives/partial"
: >"$work/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for each in bookworm "$suite"; do
  apt-get -o Dir::State::lists="$work/lists" update --print-uris | sed -n "
    s#^'\(.*\)/dists/[^/-]*/InRelease' .*#deb [arch=amd64 signed-by=$keyring] \1 $each main#p
  " | sort -u
done >"$work/sources.list"
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
timeout 120 apt-get -c "$work/apt.conf" -qq update >/dev/null 2>&1 || true

# unpack FOLDER PACKAGE...
unpack() {
  folder=$1
  shift
  cd "$work/archives"
  timeout 120 apt-get -c "$work/apt.conf" -qq download "$@" || cannot "no mirror has $*"
  for archive in *.deb; do
    dpkg-deb --extract "$archive" "$work/$folder" || cannot "$archive cannot be unpacked"
  done
  rm -f ./*.deb
  cd "$work"
}
unpack headers "libbpf-dev=$separate"
# Not by their versions, as a colon parts a library path.
unpack separate "libbpf1=$separate"
unpack mapped "libbpf1=$mapped"
unpack system "libc6/$suite" "libelf1t64/$suite" "zlib1g/$suite" "libzstd1/$suite"
libraries=usr/lib/x86_64-linux-gnu

cat >section.bpf.c <<'C'
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC(".data.x") volatile struct { long given, seen, written; } section = { 1, 2, 3 };

SEC("syscall") int run(void *context) {
  section.seen = section.given;
  section.written = 30;
  return 0;
}

char license_of_all[] SEC("license") = "GPL";
C
"$clang" -target bpf -g -O2 -Wall -I headers/usr/include -I /usr/include/x86_64-linux-gnu \
  -c section.bpf.c -o section.bpf.o || cannot 'clang could not compile'

cat >load.c <<'C'
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct section { long given, seen, written; };

static char file[1 << 16];

static void must(const char *what, int status) {
  if (status >= 0)
    return;
  fprintf(stderr, "%s: %s\n", what, strerror(-status));
  exit(1);
}

static void tell(const char *where, const struct section *section) {
  printf("%s given %ld seen %ld written %ld", where, section->given, section->seen, section->written);
}

int main(int count, char **arguments) {
  FILE *opened = fopen("section.bpf.o", "r");
  size_t length = opened ? fread(file, 1, sizeof file, opened) : 0;
  struct bpf_object *object;
  struct bpf_map *map;
  const char *loader = arguments[1];
  if (strcmp(loader, "bpf_object__load_skeleton") == 0) {
    /* As a generated skeleton has it. */
    void *mapped;
    struct bpf_map_skeleton maps = { .name = ".data.x", .map = &map, .mmaped = &mapped };
    struct bpf_object_skeleton skeleton = { .sz = sizeof skeleton, .name = "section", .data = file, .data_sz = length,
      .obj = &object, .map_cnt = 1, .map_skel_sz = sizeof maps, .maps = &maps };
    must("open", bpf_object__open_skeleton(&skeleton, NULL));
    must("load", bpf_object__load_skeleton(&skeleton));
  } else {
    object = bpf_object__open_mem(file, length, NULL);
    must("open", object ? 0 : -1);
    must("load", bpf_object__load(object));
    map = bpf_object__find_map_by_name(object, ".data.x");
  }

  size_t size = 0;
  struct section *memory = (void *)bpf_map__initial_value(map, &size), in_map;
  must("memory", memory && size == sizeof *memory ? 0 : -1);
  memory->given = 10;
  must("run", bpf_prog_test_run_opts(bpf_program__fd(bpf_object__find_program_by_name(object, "run")), NULL));
  must("lookup", bpf_map_lookup_elem(bpf_map__fd(map), &(int){ 0 }, &in_map));
  printf("libbpf %s, %s: ", libbpf_version_string(), loader);
  tell("memory", memory);
  tell(", map", &in_map);
  printf("\n");
}
C
gcc -O2 -Wall -I headers/usr/include load.c -o load "separate/$libraries/libbpf.so.1" || cannot 'gcc could not compile'

# expect FOLDER VERSION LOADER FOUND
expect() {
  told=$(timeout 30 "system/$libraries/ld-linux-x86-64.so.2" --library-path "$1/$libraries:system/$libraries" \
    ./load "$3") || cannot "libbpf $2, $3: no result"
  echo "$told"
  case "1:${told#libbpf v}" in
    "${2%.*}, "*) ;;
    *) cannot "that was not libbpf $2" ;;
  esac
  [ "${told#*: }" = "$4" ] || changed=1
}
apart='memory given 10 seen 2 written 3, map given 1 seen 1 written 30'
one='memory given 10 seen 10 written 30, map given 10 seen 10 written 30'
changed=0
expect separate "$separate" bpf_object__load "$apart"
expect separate "$separate" bpf_object__load_skeleton "$one"
expect mapped "$mapped" bpf_object__load "$one"
expect mapped "$mapped" bpf_object__load_skeleton "$one"
[ "$changed" = 0 ] || { echo 'CHANGED: not as described'; exit 1; }
echo 'as described: with the older one only a skeleton maps the section'
