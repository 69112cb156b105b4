import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateNames, type CentralServer, type CentralStatus } from './central-server.js';
import type { Program } from '../programs/command.js';
import { peerDirectory, runPeer, startPeer } from './nagios-user.js';

/** Debian's Nagios 4, with the objects that Debian ships. */
export class NagiosServer implements CentralServer {
  readonly #directory = peerDirectory('nagios');
  readonly commandFile = this.#file('nagios.cmd');
  #nagios: Program | undefined;

  check(definitions: string): { status: number | null; output: string } {
    rmSync(this.#file('nagios/example.cfg'), { force: true });
    writeFileSync(this.#file('nagios/generated.cfg'), definitions);
    writeFileSync(this.#file('nagios.cfg'), this.#mainFile());
    return runPeer('nagios4', '-vp', this.#file('nagios.cfg'));
  }

  understood(): string[] {
    const objects = readFileSync(this.#file('precached_object_file'), 'utf8');
    const services = objects.matchAll(/^\thost_name\t(.*)\n\tservice_description\t(.*)$/gm);
    return [...services].map(([, host = '', service = '']) => `${host}!${service}`);
  }

  async start(): Promise<void> {
    this.#nagios = startPeer('nagios4', this.#file('nagios.cfg'));
    const isThere = (name: string) => existsSync(this.#file(name));
    await this.#whenChanged(() => (isThere('nagios.cmd') && isThere('status.dat')) || undefined, 30_000);
  }

  async until(
    service: string,
    isSo: (status: CentralStatus) => boolean,
    within: number,
  ): Promise<CentralStatus> {
    let status: CentralStatus | undefined;
    try {
      return await this.#whenChanged(() => {
        status = this.#statusOf(service);
        return status && isSo(status) ? status : undefined;
      }, within);
    } catch (error) {
      throw new Error(`Nagios has ${JSON.stringify(status)}`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    this.#nagios?.signal('SIGTERM');
    await this.#nagios?.finished();
    this.#directory.remove();
  }

  #file(name: string): string {
    return join(this.#directory.path, name);
  }

  /** Nagios renames each new status.dat into its place, which the directory tells. */
  async #whenChanged<T>(look: () => T | undefined, within: number): Promise<T> {
    const watcher = watch(this.#directory.path);
    const signal = AbortSignal.timeout(within);
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        await once(watcher, 'change', { signal });
      }
    } finally {
      watcher.close();
    }
  }

  #statusOf(service: string): CentralStatus | undefined {
    const blocks = readFileSync(this.#file('status.dat'), 'utf8').matchAll(/^servicestatus \{\n([^}]*)/gm);
    for (const [, block = ''] of blocks) {
      const values = Object.fromEntries(
        block.split('\n').map((line) => {
          const [, name = '', value = ''] = /^\t(\w+)=(.*)$/.exec(line) ?? [];
          return [name, value];
        }),
      );
      const state = stateNames[Number(values['current_state'])];
      if (values['service_description'] === service && state !== undefined)
        return { state, output: values['plugin_output'] ?? '' };
    }
    return undefined;
  }

  #mainFile(): string {
    const objects = ['commands', 'contacts', 'timeperiods', 'templates'];
    const files = [
      'log_file',
      'object_cache_file',
      'precached_object_file',
      'query_socket',
      'lock_file',
      'temp_file',
    ];
    return [
      ...objects.map((name) => `cfg_file=/etc/nagios4/objects/${name}.cfg`),
      `cfg_dir=${this.#file('nagios')}`,
      'resource_file=/etc/nagios4/resource.cfg',
      `command_file=${this.commandFile}`,
      `status_file=${this.#file('status.dat')}`,
      `state_retention_file=${this.#file('retention.dat')}`,
      ...files.map((name) => `${name}=${this.#file(name)}`),
      ...['temp_path', 'check_result_path', 'log_archive_path'].map(
        (name) => `${name}=${this.#directory.path}`,
      ),
      'check_external_commands=1',
      'enable_notifications=0',
      'use_syslog=0',
      'check_for_updates=0',
      // As Debian has it: without it there is a warning, whatever the objects are.
      'illegal_macro_output_chars=`~$&|\'"<>',
      'illegal_object_name_chars=`~!$%^&*|\'"<>?,()=',
      // A test should not wait for ten seconds here and a minute there.
      'status_update_interval=1',
      'check_result_reaper_frequency=1',
      'service_freshness_check_interval=1',
      'additional_freshness_latency=1',
      '',
    ].join('\n');
  }
}
