import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PASSWORD } from './nsca-daemon.js';

export interface SendNscaOptions {
  readonly port: number;
  /** `encryption_method`. */
  readonly method: number;
  readonly password?: string;
  readonly options?: readonly string[];
}

/** Debian's send_nsca with a text for its standard input. The status is null when a signal ended it. */
export async function sendNsca(
  { port, method, password = PASSWORD, options = [] }: SendNscaOptions,
  input: string | Uint8Array,
): Promise<{ status: number | null; stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'send-nsca-'));
  try {
    const config = join(folder, 'send_nsca.cfg');
    await writeFile(config, `password=${password}\nencryption_method=${method}\n`, { mode: 0o600 });
    const server = ['-H', '127.0.0.1', '-p', String(port), '-c', config];
    const sender = spawn('/usr/sbin/send_nsca', [...server, ...options], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 10_000,
    });
    sender.stdin.on('error', () => undefined).end(input);
    const [stdout, [status]] = await Promise.all([
      text(sender.stdout),
      once(sender, 'exit') as Promise<[number | null]>,
    ]);
    return { status, stdout };
  } finally {
    await rm(folder, { recursive: true });
  }
}
