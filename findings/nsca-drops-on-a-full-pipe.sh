#!/bin/sh
# nsca 2.10.2 (Debian's 2.10.2-2): what does not fit into the command pipe of Nagios at once is dropped, in silence:
# it does not wait for a reader, and nobody is told (presumably it opens the pipe with O_NONBLOCK, and does not look what
# became of its writing). send_nsca says that all packets were sent. A pipe has 64 KiB as a rule, which are some 170 results of 370 bytes, so it needs a reader that is
# kept from reading for a moment only, while many gateways come at once.
#
# This lets send_nsca send 400 results to a daemon on loopback whose pipe has a reader that waits until all were sent,
# and counts what he reads then. Output seen on 2026-11-29:
#
#   400 data packet(s) sent to host successfully.
#   nsca 2.10.2-2, --single: 176 of 400 results were in the pipe
#   400 data packet(s) sent to host successfully.
#   nsca 2.10.2-2, --daemon: 176 of 400 results were in the pipe
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: apt with a mirror of Debian's bookworm, perl. Takes some seconds and the download.
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
apt-get -q download "nsca=$nsca" "nsca-client=$nsca" "libmcrypt4=$mcrypt" >apt.log 2>&1 ||
  { cat apt.log >&2; cannot 'the packages cannot be had'; }
for package in ./*.deb; do dpkg-deb --extract "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

echo 'encryption_method=1' >send_nsca.cfg
mkfifo pipe
port=$((20000 + $$ % 10000))
printf 'server_address=127.0.0.1\nserver_port=%s\ncommand_file=%s\nalternate_dump_file=/dev/null\ndecryption_method=1\n' \
  "$port" "$work/pipe" >nsca.cfg
text=$(printf '%0300d' 0)
number=0
while [ $number -lt 400 ]; do
  number=$((number + 1))
  printf 'gw01\tfds\t0\t%s %s\n\027' "$number" "$text"
done >results

changed=0
for mode in --single --daemon; do
  # For reading and writing, so that the daemon finds a reader.
  exec 3<>pipe
  root/usr/sbin/nsca -c nsca.cfg -f $mode 3>&- &
  daemon=$!
  tries=0
  until sent=$(root/usr/sbin/send_nsca -H 127.0.0.1 -p "$port" -c send_nsca.cfg <results 2>/dev/null); do
    tries=$((tries + 1))
    [ $tries -lt 50 ] || cannot 'nsca takes no connection'
    sleep 0.1
  done
  echo "$sent"
  # Until the daemon has come to its end: it reads all, whatever becomes of it.
  sleep 3
  kill "$daemon"
  wait "$daemon" 2>/dev/null || true
  daemon=
  echo end >&3
  found=$(sed '/^end$/q' <&3 | grep -c PROCESS_SERVICE_CHECK_RESULT)
  exec 3>&-
  echo "nsca $nsca, $mode: $found of 400 results were in the pipe"
  [ "$found" -gt 0 ] && [ "$found" -lt 400 ] || changed=1
done
[ $changed = 0 ] || { echo 'CHANGED: not as described'; exit 1; }
echo 'as described'
