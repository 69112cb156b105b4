#!/bin/sh
# Icinga 2 2.13.6 (Debian's 2.13.6-2+deb12u2): its stream of events (/v1/events) may hand an event over up to 5 s late.
# The stream waits for the next event by a timer of 5 s, which the one who queues an event cancels
# (EventsInbox::Shift() and Push() in lib/remote/eventqueue.cpp); if he does so before the timer is waited for, the event
# lies in the queue until the 5 s are over, or until another event comes. Whoever looks for the last result of a service in
# the stream and, "if it has not come", in its state, may find neither: by then the state is of a later result.
#
# This starts one Icinga with two services on the loopback, opens a stream of check results, gives two results at once,
# again and again, and waits for both, up to 400 times. Output seen on 2026-11-30:
#
#   Icinga r2.13.6-1
#   round 8: the result was taken, and came by the stream 4.1 s later
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: root, apt with a mirror of Debian's bookworm, openssl, curl. Takes up to three minutes.
set -eu
suite=bookworm
version=2.13.6-2+deb12u2
rounds=400

work=$(mktemp -d)
pids=
finish() {
  for pid in $pids; do
    # Its first process would leave the one that works alone.
    kill -KILL $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 2' INT TERM
cannot() {
  echo "$1" >&2
  exit 2
}
for command in openssl curl dpkg-deb; do
  command -v "$command" >/dev/null || cannot "$command is not installed"
done
[ "$(id -u)" -eq 0 ] || cannot 'it has to be run as root'

# Icinga and its libraries, from the machine's own mirrors, with a state of apt that is not the machine's.
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/root"
: >"$work/status"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
apt-get -o Dir::State::lists="$work/lists" update --print-uris | sed -n "
  s#^'\(.*\)/dists/[^/]*-security/InRelease' .*#deb [signed-by=$keyring] \1 $suite-security main#p
  s#^'\(.*\)/dists/[^/-]*/InRelease' .*#deb [signed-by=$keyring] \1 $suite main#p
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
apt-get -c "$work/apt.conf" -qq --yes --no-install-recommends --download-only install \
  "icinga2-bin=$version" "icinga2-common=$version" >/dev/null || cannot "no mirror has icinga2-bin=$version"
for package in "$work"/archives/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
binary=$(cd "$work/root" && echo usr/lib/*/icinga2/sbin/icinga2)
mkdir -p "$work/root/proc" "$work/root/dev"
cp /etc/passwd /etc/group "$work/root/etc/"

# A certificate of its own, for the one who asks and for Icinga.
cd "$work"
mkdir -p root/icinga/data/certs root/icinga/run root/icinga/cache root/icinga/log root/icinga/spool
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout icinga.key -out icinga.crt -subj /CN=icinga \
  -addext subjectAltName=DNS:icinga 2>openssl.log
cp icinga.crt icinga.key root/icinga/data/certs/
cp icinga.crt root/icinga/data/certs/ca.crt
port=$((20000 + $$ % 10000))
cat >root/icinga/icinga2.conf <<CONF
include <itl>
object Endpoint "icinga" { host = "127.0.0.1", port = $port }
object Zone "test" { endpoints = [ "icinga" ] }
object ApiListener "api" { bind_host = "127.0.0.1", bind_port = $port }
object ApiUser "test" { password = "test", permissions = [ "*" ] }
object Host "gw01" { check_command = "passive", enable_active_checks = false }
object Service "one" { host_name = "gw01", check_command = "passive", enable_active_checks = false }
object Service "two" { host_name = "gw01", check_command = "passive", enable_active_checks = false }
CONF
chown -R nobody root/icinga
unshare --mount sh -c '
  mount --rbind /proc "$1/proc" && mount --rbind /dev "$1/dev" && shift && exec chroot "$@"
' sh "$work/root" "$work/root" "/$binary" daemon -c /icinga/icinga2.conf -DZoneName=test -DNodeName=icinga \
  -DConfigDir=/icinga -DDataDir=/icinga/data -DLogDir=/icinga/log -DCacheDir=/icinga/cache -DSpoolDir=/icinga/spool \
  -DInitRunDir=/icinga/run -DPidPath=/icinga/run/icinga2.pid -DRunAsUser=nobody -DRunAsGroup=nogroup >icinga.log 2>&1 &
pids=$!

# ask PATH JSON [OPTION...]
ask() {
  path=$1
  json=$2
  shift 2
  curl --silent --show-error --cacert icinga.crt --connect-to "icinga:$port:127.0.0.1:$port" --user test:test \
    --header 'Accept: application/json' --request POST "https://icinga:$port/v1/$path" --data "$json" "$@"
}

# give SERVICE TEXT
give() {
  ask actions/process-check-result "{ \"type\": \"Service\", \"service\": \"gw01!$1\", \"exit_status\": 1,
    \"plugin_output\": \"$2\" }" --max-time 10 >"$1.answer" 2>&1
}

# until_has FILE TEXT: how many tenths of a second it took until FILE had it
until_has() {
  tenths=0
  until grep -q "$2" "$1"; do
    tenths=$((tenths + 1))
    [ "$tenths" -le 200 ] || cannot "$2 never came"
    sleep 0.1
  done
}

attempt=0
until give one first; do
  attempt=$((attempt + 1))
  [ "$attempt" -le 300 ] || cannot 'Icinga does not answer'
  sleep 0.2
done
sed -n 's/.*(version: \(.*\))/Icinga \1/p' icinga.log
: >events
ask events '{ "queue": "q", "types": [ "CheckResult" ] }' --no-buffer >events 2>stream.log &
pids="$pids $!"
# The stream is there when something comes by it.
attempt=0
until grep -q '"first' events; do
  attempt=$((attempt + 1))
  [ "$attempt" -le 30 ] || cannot 'nothing comes by the stream'
  give one "first $attempt"
  sleep 0.5
done

for round in $(seq "$rounds"); do
  give one "one $round." &
  other=$!
  give two "two $round." || cannot 'Icinga does not take a result'
  wait "$other" || cannot 'Icinga does not take a result'
  for service in one two; do
    grep -q 'Successfully processed' "$service.answer" || cannot "Icinga says: $(cat "$service.answer")"
    until_has events "\"$service $round\\."
    # A machine that is busy is not as late as that.
    if [ "$tenths" -ge 20 ]; then
      echo "round $round: the result was taken, and came by the stream $((tenths / 10)).$((tenths % 10)) s later"
      exit 0
    fi
  done
done
echo "in $rounds rounds each result came at once" >&2
exit 1
