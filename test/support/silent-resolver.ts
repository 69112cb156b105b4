import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND, Program } from '../../rig/programs/command.js';

/** In which somebody listens on the resolver's port and says nothing; what it starts gets the signals that it gets. */
const SCRIPT = `
  ip link set lo up && mount --bind "$1" /etc/resolv.conf || exit 9
  shift
  exec "$0" -e '
    const { spawn } = require("node:child_process");
    require("node:dgram").createSocket("udp4").bind(53, "127.0.0.1", () => {
      const child = spawn(process.argv[1], process.argv.slice(2), { stdio: "inherit" });
      child.on("exit", (code) => process.exit(code));
      process.on("SIGTERM", () => child.kill("SIGTERM"));
    });' "$@"`;

/**
 * `check_rlimit_passive` in a network of its own, where a name has no answer for 150 s.
 *
 * @param folder for the resolver's settings
 */
export function underSilentResolver(folder: string, ...parameters: readonly string[]): Program {
  const settings = join(folder, 'resolv.conf');
  writeFileSync(settings, 'nameserver 127.0.0.1\noptions timeout:30 attempts:5\n');
  return new Program('unshare', [
    ...['--net', '--mount', 'sh', '-c', SCRIPT, process.execPath],
    ...[settings, COMMAND, ...parameters],
  ]);
}

/** `check_rlimit_passive` in the network of another one, which has begun. */
export function besides(other: Program, ...parameters: readonly string[]): Program {
  return new Program('nsenter', [
    ...['--target', String(other.pid), '--net', '--mount'],
    ...[COMMAND, ...parameters],
  ]);
}
