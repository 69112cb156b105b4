#!/bin/sh
# Nagios 4.4.6 (Debian's 4.4.6-4+deb12u2, with log_passive_checks=1): the line PASSIVE SERVICE CHECK in its log has the
# state that has come, but the output of the check before; for the first it is "(null)". What has come stands in the line
# EXTERNAL COMMAND above it, and in the status file. Who looks for a result by its text has to look there.
#
# This gives a Nagios of its own two results by its command file. Output seen on 2026-11-30:
#
#   EXTERNAL COMMAND: PROCESS_SERVICE_CHECK_RESULT;gw01;fds;0;the first
#   PASSIVE SERVICE CHECK: gw01;fds;0;(null)
#   EXTERNAL COMMAND: PROCESS_SERVICE_CHECK_RESULT;gw01;fds;0;the second
#   PASSIVE SERVICE CHECK: gw01;fds;0;the first
#   nagios4 4.4.6-4+deb12u2: the output of the check before
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: root, nagios4-core of Debian 12. Takes some seconds.
set -eu
version=$(dpkg-query -W -f '${Version}' nagios4-core 2>/dev/null) && [ "$version" = 4.4.6-4+deb12u2 ] || {
  echo 'nagios4-core 4.4.6-4+deb12u2 is not installed' >&2
  exit 2
}

work=$(mktemp -d)
nagios=
finish() {
  [ -z "$nagios" ] || kill "$nagios" 2>/dev/null || true
  [ -z "$nagios" ] || wait "$nagios" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
cd "$work"
mkdir results
cat >nagios.cfg <<CONFIG
log_file=$work/log
cfg_file=$work/objects.cfg
object_cache_file=$work/cache
precached_object_file=$work/precached
status_file=$work/status
state_retention_file=$work/retention
temp_file=$work/temp
temp_path=$work
check_result_path=$work/results
lock_file=$work/lock
command_file=$work/pipe
query_socket=$work/queries
check_external_commands=1
log_external_commands=1
log_passive_checks=1
use_syslog=0
nagios_user=nagios
nagios_group=nagios
CONFIG
cat >objects.cfg <<'OBJECTS'
define timeperiod {
    timeperiod_name always
    alias always
}
define command {
    command_name nothing
    command_line /bin/true
}
define contact {
    contact_name nobody
    host_notifications_enabled 0
    service_notifications_enabled 0
    host_notification_period always
    service_notification_period always
    host_notification_commands nothing
    service_notification_commands nothing
}
define host {
    host_name gw01
    contacts nobody
    address 192.0.2.1
    max_check_attempts 1
    active_checks_enabled 0
    notifications_enabled 0
}
define service {
    host_name gw01
    service_description fds
    contacts nobody
    check_command nothing
    max_check_attempts 1
    active_checks_enabled 0
    notifications_enabled 0
}
OBJECTS
chown -R nagios: "$work"
nagios4 nagios.cfg >out 2>&1 &
nagios=$!

# logged TEXT: until the log has it
logged() {
  tries=0
  until grep -qs "$1" log; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || {
      cat out log >&2 2>/dev/null
      echo "Nagios did not log: $1" >&2
      exit 2
    }
    sleep 0.1
  done
}
logged 'Successfully launched command file worker'
for text in 'the first' 'the second'; do
  echo "[$(date +%s)] PROCESS_SERVICE_CHECK_RESULT;gw01;fds;0;$text" >pipe
  logged "EXTERNAL COMMAND: .*;$text"
  # One line for each of them.
  tries=0
  until [ "$(grep -c 'PASSIVE SERVICE CHECK' log)" = "$(grep -c 'EXTERNAL COMMAND' log)" ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || exit 2
    sleep 0.1
  done
done
sed -n 's/^\[[0-9]*\] \(EXTERNAL COMMAND\|PASSIVE SERVICE CHECK\)/\1/p' log
last=$(grep 'PASSIVE SERVICE CHECK' log | tail -n 1)
case $last in
  *';the first') echo "nagios4 $version: the output of the check before" ;;
  *)
    echo "CHANGED: not as described: $last"
    exit 1
    ;;
esac
