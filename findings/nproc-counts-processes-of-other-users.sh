#!/bin/sh
# Linux 6.18.44 (x86_64), util-linux 2.38.1, procps 4.0.2: what the kernel compares with RLIMIT_NPROC of a user, since 5.14,
# is also what runs in the user namespaces that he has made, whoever it is there (inc_rlimit_ucounts() in kernel/ucount.c
# goes up from each namespace to who has made it). The processes of a rootless container have numbers of /etc/subuid, so that
# `ps -u`, and what counts by it as check_procs does, shows none of them for him: here he may not fork at a limit of 15 with
# no process of his own but the one that tries.
#
# As root this has one user make a namespace whose only user is another one outside, starts 20 processes there, and has the
# first user fork with a limit of 15, before and while they run. Output seen on 2026-11-30:
#
#   kernel 6.18.44-fc-v595
#   alone: forks with a limit of 15
#   with 20 processes in his namespace: ps shows 0 of his, 21 of the other user, and he may not fork with a limit of 15
#   as described: the limit counts processes of other users
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: root, user namespaces, util-linux, procps. Takes a second or two.
set -eu
user=61234 other=161234 limit=15
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
[ "$(id -u)" = 0 ] || cannot 'run this as root'
forks() { setpriv --reuid $user --clear-groups prlimit --nproc=$limit sh -c '(exit 0) && true' 2>/dev/null; }
of() { ps -u "$1" -o pid= | wc -l; }

echo "kernel $(uname -r)"
[ "$(of $user)$(of $other)" = 00 ] || cannot "somebody is $user or $other"
forks || cannot 'he may not fork in any case'
echo "alone: forks with a limit of $limit"

mkfifo "$work/go" "$work/ready"
chmod 711 "$work"
chmod 666 "$work/go" "$work/ready"
# The processes end with the one that they wait for.
setpriv --reuid $user --clear-groups unshare --user --keep-caps sh -c '
  read -r _ <"$1/go"
  exec setpriv --reuid 0 sh -c "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 30 & all=\"\$all \$!\"; done; trap \"kill \$all\" TERM; echo >$1/ready; wait"' sh "$work" &
pid=$!
# It has made its namespace when that is another one.
until [ "$(readlink /proc/$pid/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.1; done
echo "0 $other 1" >"/proc/$pid/uid_map" || cannot 'the namespace cannot be given a user'
echo >"$work/go"
timeout 10 cat "$work/ready" >/dev/null || cannot 'the processes did not begin'

may=may
forks || may='may not'
seen=$(of $user)
echo "with 20 processes in his namespace: ps shows $seen of his, $(of $other) of the other user, and he $may fork with a limit of $limit"
if [ "$may" = 'may not' ] && [ "$seen" = 0 ]; then
  echo 'as described: the limit counts processes of other users'
else
  echo 'not as described'
  exit 1
fi
