#!/bin/sh
# OpenSSH 9.2 and 10.0 (Debian's 1:9.2p1-2+deb12u10 and 1:10.0p1-7+deb13u4, amd64): the process of sshd that talks to
# somebody who has not logged in yet sets its limit of open files, soft and hard, to 1, while it holds six or seven: a
# sandbox, which is to open nothing more (ssh_sandbox_child() in sandbox-seccomp-filter.c). It lives as long as the client
# takes to log in, two minutes at most. Who watches all processes, or those of sshd, at a share of their limit
# finds it far beyond at each connection; nothing is wrong with it.
#
# This starts the sshd of each suite on loopback, within a root of its own, says a version to it and no more, and tells
# what each process holds, and its two limits. Output seen on Linux 6.18.44, 2026-11-29:
#
#   bookworm, 1:9.2p1-2+deb12u10:
#   sshd 6 of 20000 20000
#   sshd 7 of 20000 20000
#   sshd 7 of 1 1
#   trixie, 1:10.0p1-7+deb13u4:
#   sshd 9 of 20000 20000
#   sshd-session 10 of 20000 20000
#   sshd-auth 6 of 1 1
#   as described: one process has more files open than it is allowed
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: root, namespaces, bash, ssh-keygen, apt with a mirror of Debian, x86_64. Takes half a minute.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
[ "$(id -u)" = 0 ] || cannot 'only root can try it'

# The packages, from the machine's own mirrors, with a state of apt that is not the machine's.
mkdir -p "$work/lists/partial" "$work/archives/partial"
: >"$work/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for each in bookworm trixie; do
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

libraries='libc6 libaudit1 libcap-ng0 libcom-err2 libcrypt1 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3
  libkrb5support0 libpam0g libpcre2-8-0 libselinux1 libwrap0 zlib1g libzstd1'
# Which suite has which of the others.
own_bookworm='libssl3 libsystemd0 libnsl2 libtirpc3 libcap2 libgcrypt20 libgpg-error0 liblz4-1 liblzma5'
own_trixie='libssl3t64 libwtmpdb0 libsqlite3-0'

# try SUITE
try() {
  root=$work/$1
  mkdir "$root"
  eval "own=\$own_$1"
  # shellcheck disable=SC2086,SC2154 # lists of names; own is set above
  set -- "$1" openssh-server $libraries $own
  suite=$1
  shift
  cd "$work/archives"
  timeout 240 apt-get -c "$work/apt.conf" -qq download $(printf "%s/$suite " "$@") || cannot "no mirror has $suite's sshd"
  version=$(dpkg-deb --field openssh-server_*.deb Version)
  for archive in *.deb; do dpkg-deb --extract "$archive" "$root"; done
  rm -f ./*.deb
  cd "$work"
  # bookworm's are in /lib yet.
  for each in lib lib64; do
    if [ -d "$root/$each" ] && [ ! -L "$root/$each" ]; then
      mkdir -p "$root/usr/$each"
      cp -a "$root/$each/." "$root/usr/$each"
      rm -r "${root:?}/$each"
    fi
    [ -e "$root/$each" ] || ln -s "usr/$each" "$root/$each"
  done
  mkdir -p "$root/run/sshd" "$root/dev" "$root/etc/ssh" "$root/var/empty" "$root/proc"
  echo 'root:x:0:0::/:/bin/sh
sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin' >"$root/etc/passwd"
  echo 'UsePAM no' >"$root/etc/ssh/sshd_config"
  ssh-keygen -q -t ed25519 -N '' -f "$root/etc/ssh/ssh_host_ed25519_key"
  # shellcheck disable=SC2016 # it is for the shell inside
  told=$(unshare --fork --kill-child --pid --net --mount bash -euc '
    ip link set lo up
    mount --bind /dev "$1/dev"
    mount -t proc proc "$1/proc"
    mount -t proc proc /proc
    chroot "$1" /usr/sbin/sshd -D -e 2>"$1/log" &
    until grep -q "listening on 0" "$1/log"; do kill -0 $!; sleep 0.1; done
    exec 5<>/dev/tcp/127.0.0.1/22
    read -r -u5 version
    printf "SSH-2.0-nobody\r\n" >&5
    # Who answers what comes after the version is in its sandbox.
    read -r -n 1 -t 10 -u5
    for pid in $(pgrep sshd); do
      held=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
      echo "$(cat "/proc/$pid/comm") $held of $(awk "/^Max open files/ { print \$4, \$5 }" "/proc/$pid/limits")"
    done
  ' bash "$root") || cannot "$suite: sshd did not answer: $(cat "$root/log")"
  echo "$suite, $version:"
  echo "$told"
  case "$told" in
    *' of 1 1'*) ;;
    *) changed=1 ;;
  esac
}
changed=0
try bookworm
try trixie
[ "$changed" = 0 ] || { echo 'CHANGED: not as described'; exit 1; }
echo 'as described: one process has more files open than it is allowed'
