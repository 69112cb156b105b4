import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { peerDirectory, runPeer } from '../../../rig/servers/nagios-user.js';

describe('nagios-config/nagios', () => {
  let directory: ReturnType<typeof peerDirectory>;
  let verified: ReturnType<typeof runPeer>;

  beforeAll(() => {
    directory = peerDirectory('nagios');
    writeFileSync(join(directory.path, 'nagios.cfg'), serverConfiguration(directory.path));
    verified = runPeer('nagios4', '-vp', join(directory.path, 'nagios.cfg'));
  });
  afterAll(() => {
    directory.remove();
  });

  it('is accepted beside the objects that Debian ships, without a warning', () => {
    expect(verified.output).toContain('Total Warnings: 0');
    expect(verified.output).toContain('Checked 1 services.');
    expect(verified.status).toBe(0);
  });

  it('makes a service that takes results, and is UNKNOWN when none come', () => {
    expect(resolvedService(directory.path)).toMatchObject({
      host_name: 'gw01',
      service_description: 'broker fds',
      active_checks_enabled: '0',
      passive_checks_enabled: '1',
      check_freshness: '1',
      freshness_threshold: '900',
      check_command: expect.stringMatching(/^check_dummy!3!STALE - [^"]+$/),
      check_period: '24x7',
      max_check_attempts: '1',
      flap_detection_enabled: '0',
      is_volatile: '0',
    });
  });
});

function serverConfiguration(directory: string): string {
  const objects = ['commands', 'contacts', 'timeperiods', 'templates'];
  return [
    ...objects.map((name) => `cfg_file=/etc/nagios4/objects/${name}.cfg`),
    `cfg_dir=${join(directory, 'nagios')}`,
    'resource_file=/etc/nagios4/resource.cfg',
    `precached_object_file=${join(directory, 'objects.precache')}`,
    ...['object_cache_file', 'log_file', 'status_file', 'command_file', 'lock_file', 'temp_file'].map(
      (name) => `${name}=${join(directory, name)}`,
    ),
    `check_result_path=${directory}`,
    `temp_path=${directory}`,
    // Without it there is a warning, whatever the objects are.
    'illegal_macro_output_chars=`~$&|\'"<>',
    '',
  ].join('\n');
}

/** The service as Nagios understood it, templates resolved. */
function resolvedService(directory: string): Record<string, string> {
  const objects = readFileSync(join(directory, 'objects.precache'), 'utf8');
  const [, service = ''] = /^define service \{\n([^}]*)/m.exec(objects) ?? [];
  const lines = service.split('\n').map((line) => line.trim().split('\t', 2));
  return Object.fromEntries(lines.map(([name = '', value = '']) => [name, value]));
}
