import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Program } from '../programs/command.js';

/** A directory of a test's own, which the user nagios may read and write, with a copy of `configuration`. */
export function peerDirectory(configuration: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'nagios-config-test-'));
  chmodSync(path, 0o777);
  // Copied, since the clone may be below a directory that only root enters.
  cpSync(join('nagios-config', configuration), join(path, configuration), { recursive: true });
  const remove = () => {
    rmSync(path, { recursive: true });
  };
  return { path, remove };
}

/** A program that is installed, or in a root of its own (`in-root`). */
export type PeerProgram = string | { readonly program: string; readonly root?: string };

/** Runs a peer's program to its end. */
export function runPeer(peer: PeerProgram, ...options: string[]): { status: number | null; output: string } {
  const [command, ...parameters] = asNagios(peer, options);
  const run = spawnSync(command, parameters, { encoding: 'utf8', timeout: 30_000, killSignal: 'SIGKILL' });
  if (run.error) throw run.error;
  return { status: run.status, output: run.stdout + run.stderr };
}

/** Starts a peer's program in the foreground. */
export function startPeer(peer: PeerProgram, ...options: string[]): Program {
  const [command, ...parameters] = asNagios(peer, options);
  return new Program(command, parameters);
}

/** As the user nagios if we are root; no peer wants to be root. */
function asNagios(peer: PeerProgram, options: readonly string[]): [string, ...string[]] {
  const { program, root } = typeof peer === 'string' ? { program: peer, root: undefined } : peer;
  if (root !== undefined)
    return ['unshare', '--mount', 'sh', 'rig/servers/in-root', resolve(root), program, ...options];
  return process.getuid?.() === 0
    ? ['setpriv', '--reuid=nagios', '--regid=nagios', '--clear-groups', program, ...options]
    : [program, ...options];
}
