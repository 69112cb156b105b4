import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dumping, ICINGAS, programOf } from '../../../rig/servers/icingas.js';
import { peerDirectory, runPeer } from '../../../rig/servers/nagios-user.js';

describe.each(ICINGAS)('nagios-config/icinga2 and $name', (icinga) => {
  let directory: ReturnType<typeof peerDirectory>;
  let validated: ReturnType<typeof runPeer>;

  beforeAll(() => {
    directory = peerDirectory('icinga2');
    const file = join(directory.path, 'icinga2.conf');
    writeFileSync(file, serverConfiguration);
    validated = runPeer(
      programOf(icinga),
      'daemon',
      '-C',
      ...dumping(icinga),
      '-c',
      file,
      ...ownDirectories(directory.path),
    );
  });
  afterAll(() => {
    directory.remove();
  });

  it('is accepted without a warning', () => {
    expect(validated.output).toContain('Instantiated 1 Service.');
    expect(validated.output).toContain('Finished validating the configuration file(s).');
    expect(validated.output).not.toMatch(/\b(?:warning|critical)\//);
    expect(validated.status).toBe(0);
  });

  it('makes a service that takes results, and is UNKNOWN when none come', () => {
    const { output } = runPeer(
      programOf(icinga),
      'object',
      'list',
      '--type',
      'Service',
      ...ownDirectories(directory.path),
    );
    const lines = output.split('\n').map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        '* __name = "gw01!broker fds"',
        '* enable_active_checks = true',
        '* enable_passive_checks = true',
        '* check_command = "passive"',
        '* check_interval = 900',
        '* max_check_attempts = 1',
        '* enable_flapping = false',
        '* volatile = false',
        '* dummy_state = 3',
        expect.stringMatching(/^\* dummy_text = "STALE - /),
      ]),
    );
  });
});

const serverConfiguration = `
include <itl>
const ZoneName = NodeName
object Endpoint NodeName {}
object Zone ZoneName { endpoints = [ NodeName ] }
include "icinga2/*.conf"
`;

function ownDirectories(directory: string): string[] {
  const definitions = {
    NodeName: 'icinga-test',
    ConfigDir: directory,
    DataDir: directory,
    LogDir: directory,
    CacheDir: directory,
    SpoolDir: directory,
    InitRunDir: directory,
    PidPath: join(directory, 'icinga2.pid'),
    RunAsUser: 'nagios',
    RunAsGroup: 'nagios',
  };
  return Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
}
