#!/bin/sh
# nsca 2.10.2 (Debian's 2.10.2-2): with --daemon, as Debian runs it, a client that has sent no packet some 10 s after the
# server's first words is hung up on; with --single he is not. The connection is just closed, so for the client it is as if
# the server had been stopped, and it is so again each time: one that makes all its packets ready before it sends the first
# (the slower ciphers have 1 to 3 ms for each on a fast machine) never delivers many of them from a slow or busy board.
#
# This connects to a daemon on loopback, sends nothing, and looks how long the connection lasts. Output seen on 2026-11-30:
#
#   nsca 2.10.2-2, --daemon: the connection was closed after 11 s
#   nsca 2.10.2-2, --single: the connection was open after 20 s
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: apt with a mirror of Debian's bookworm, perl. Takes half a minute and the download.
set -eu
nsca=2.10.2-2
mcrypt=2.5.8-7

work=$(mktemp -d)
daemon=
finish() {
  [ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
cd "$work"
apt-get -q download "nsca=$nsca" "libmcrypt4=$mcrypt" >apt.log 2>&1 ||
  { cat apt.log >&2; cannot 'the packages cannot be had'; }
for package in ./*.deb; do dpkg-deb --extract "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

port=$((20000 + $$ % 10000))
printf 'server_address=127.0.0.1\nserver_port=%s\ncommand_file=%s/none\nalternate_dump_file=/dev/null\ndecryption_method=1\n' \
  "$port" "$work" >nsca.cfg

# Prints "open" or "closed", and after how many seconds.
cat >wait.pl <<'E2'
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
my $socket;
for (1 .. 50) {
  $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $ARGV[0]) and last;
  select undef, undef, undef, 0.1;
}
my $told = '';
while (length $told < 132) { sysread $socket, $told, 132, length $told or exit 1 }
my $since = time;
my $isOver = IO::Select->new($socket)->can_read(20);
printf "%s after %d s\n", $isOver ? 'closed' : 'open', time - $since;
E2

changed=0
for mode in --daemon --single; do
  root/usr/sbin/nsca -c nsca.cfg -f $mode &
  daemon=$!
  seen=$(perl wait.pl "$port") || cannot 'nsca takes no connection'
  kill "$daemon"
  wait "$daemon" 2>/dev/null || true
  daemon=
  echo "nsca $nsca, $mode: the connection was $seen"
  case $mode/$seen in
    --daemon/closed\ after\ 9\ s | --daemon/closed\ after\ 1[0-3]\ s | --single/open*) ;;
    *) changed=1 ;;
  esac
done
[ $changed = 0 ] || { echo 'CHANGED: not as described'; exit 1; }
echo 'as described'
