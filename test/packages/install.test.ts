import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../../rig/programs/command.js';
import { CHECKOUT, Machine } from './machine.js';

const PACKAGES = join(CHECKOUT, 'dist/packages');
const UNIT = 'check_rlimit_passive.service';
const CONFIG = '/etc/check_rlimit_passive/config.yaml';
const PASSWORD = '/etc/check_rlimit_passive/nsca.password';
/** Where nothing is in the way of the real one. */
const DRAFT = '/root/draft';
const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

const packages = () => readdirSync(PACKAGES).filter((name) => name.endsWith('.deb'));

describe('the Debian packages', () => {
  it('have no error that lintian knows', () => {
    const { status, stdout } = spawnSync(
      'lintian',
      ['--fail-on', 'error', ...packages().map((name) => join(PACKAGES, name))],
      { encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.any(String) });
    expect(packages()).toHaveLength(2);
  });

  it('have less than 4 MB installed', () => {
    for (const name of packages()) {
      const size = execFileSync('dpkg-deb', ['--field', join(PACKAGES, name), 'Installed-Size'], {
        encoding: 'utf8',
      });
      expect(Number(size) * 1024).toBeLessThan(4_000_000);
    }
  });

  it('are the same, byte for byte, when they are built again', () => {
    const bytes = () => packages().map((name) => readFileSync(join(PACKAGES, name)));
    const before = bytes();
    execFileSync('sh', [join(CHECKOUT, 'packaging/debian/build')]);
    expect(bytes().every((each, index) => each.equals(before[index] ?? Buffer.of()))).toBe(true);
  });
});

describe('on a fresh Debian 13', () => {
  let machine: Machine;
  let nagios: Program;
  /** As setup has written it. */
  let configuration: string;

  beforeAll(async () => {
    machine = await Machine.start();
    const [newest = ''] = packages().filter((name) => name.includes(ARCHITECTURE));
    copyFileSync(join(PACKAGES, newest), join(machine.folder, 'new.deb'));
    makeOlder(machine.folder);
  }, 900_000);

  afterAll(async () => {
    nagios.signal('SIGKILL');
    await nagios.finished();
    await machine.stop();
  });

  const install = (file: string) => machine.run('apt-get', 'install', '--yes', `/srv/test/${file}`);
  // Its status says that it did not check anything.
  const version = () => machine.shell('check_rlimit_passive --version || test $? = 3').trim();
  const journal = () => machine.follow('journalctl', '-u', UNIT, '-o', 'cat', '--follow', '--lines=all');
  const logged = (text: string) => nagios.until(() => nagios.stdout.some((line) => line.includes(text)));
  const setUp = (file: string, test: '--test' | '--no-test') =>
    machine.shell(`echo secret | check_rlimit_passive setup -c ${file} --type nsca --server 127.0.0.1 \
      --set encryption=xor --key-file nsca.password --hostname gw01 ${test}`);

  it('is installed by apt with what it needs, and waits for a destination', () => {
    install('old.deb');
    expect(version()).toBe('0.0.1');
    expect(machine.run('stat', '-c', '%U:%G %a', '/etc/check_rlimit_passive').trim()).toBe(
      'root:check_rlimit_passive 750',
    );
    expect(machine.run('stat', '-c', '%U:%G %a', CONFIG).trim()).toBe('root:check_rlimit_passive 640');
    expect(machine.show(UNIT, 'UnitFileState', 'ActiveState', 'Result', 'NRestarts')).toEqual({
      UnitFileState: 'enabled',
      ActiveState: 'inactive',
      Result: 'exec-condition',
      NRestarts: '0',
    });
    expect(machine.run('journalctl', '-u', UNIT, '-o', 'cat')).toContain(
      `not started: ${CONFIG} has no destinations yet`,
    );
  });

  it('has an example that it takes', () => {
    const example = '/usr/share/doc/check-rlimit-passive/examples/config.yaml';
    machine.shell(`install -m 0600 /dev/null ${PASSWORD}; echo secret >${PASSWORD}`);
    expect(machine.run('check_rlimit_passive', 'generate', 'nagios', '-c', example)).toContain('broker fds');
    machine.run('rm', PASSWORD);
  });

  it('has a configuration in which nothing but the destination is missing', () => {
    expect(machine.shell(`check_rlimit_passive config check ${CONFIG} || test $? = 3`).split('\n')).toEqual([
      expect.stringContaining(`${CONFIG} is valid: host `),
      'destinations: no: it has no destination; write at least one, such as - type: nsca',
      expect.stringMatching(
        /^open files: nofile, warning 80%, critical 90%, of all: \d+ processes, systemd\[1\] /,
      ),
      '',
    ]);
    expect(machine.run('check_rlimit_passive', 'generate', 'nagios', '-c', CONFIG)).toContain('open files');
  });

  it('has what is read and asked beside it', () => {
    const pages = ['man8/check_rlimit_passive.8.gz', 'man5/check_rlimit_passive.yaml.5.gz'];
    const text = machine.run('zcat', ...pages.map((page) => `/usr/share/man/${page}`));
    expect(text.match(/^\.SH NAME$/gm)).toHaveLength(2);
    const sbom = machine.run('cat', '/usr/share/doc/check-rlimit-passive/sbom.cdx.json');
    expect(JSON.parse(sbom)).toMatchObject({
      bomFormat: 'CycloneDX',
      components: expect.arrayContaining([
        expect.objectContaining({ name: 'koffi', licenses: [{ license: { id: 'MIT' } }] }),
        expect.objectContaining({ name: 'zod', version: expect.stringMatching(/^4\./) }),
      ]),
    });
    const schema = machine.run('cat', '/usr/share/check_rlimit_passive/check_rlimit_passive.schema.json');
    const printed = machine.run('check_rlimit_passive', 'config', 'schema');
    expect(JSON.parse(schema)).toEqual(JSON.parse(printed));
  });

  it('has what Node.js has compiled of it, anew after another Node.js', () => {
    const compiled = '/usr/lib/check_rlimit_passive/dist/bin/main.compiled';
    expect(machine.run('stat', '-c', '%U:%G %a', compiled).trim()).toBe('root:root 644');
    machine.run('rm', compiled);
    machine.run('dpkg-trigger', '--by-package=nodejs', '/usr/bin/node');
    machine.run('dpkg', '--triggers-only', 'check-rlimit-passive');
    expect(machine.run('head', '-n', '1', compiled)).toMatch(/^v20\./);
  });

  it('has its words completed by bash, the units of this machine as well', () => {
    const offered = machine.run('bash', '-c', ASKS_FOR_UNITS).trim().split('\n');
    expect(offered).toContain('systemd-journald.service');
    expect(offered.filter((unit) => !unit.startsWith('systemd-j'))).toEqual([]);
    machine.run('test', '-s', '/usr/share/zsh/vendor-completions/_check_rlimit_passive');
    machine.run('test', '-s', '/usr/share/fish/vendor_completions.d/check_rlimit_passive.fish');
  });

  it('is set up by options alone, with a test result that a real Nagios gets', async () => {
    // The server knows what is to come before it comes: Nagios forgets what it does not know.
    setUp(`${DRAFT}/config.yaml`, '--no-test');
    machine.shell(`cd /usr/share/doc/check-rlimit-passive/nagios-config/nagios
      cp rlimit-service.cfg check_dummy.cfg /etc/nagios4/conf.d
      check_rlimit_passive generate nagios --with-host -c ${DRAFT}/config.yaml >/etc/nagios4/conf.d/gw01.cfg
      sed -i 's|^command_file=.*|command_file=/var/lib/nagios4/rw/nagios.cmd|; $a password=secret' /etc/nsca.cfg
      rm -r ${DRAFT}
      systemctl start nagios4 nsca`);
    nagios = machine.follow('tail', '-n', '+1', '-F', '/var/log/nagios4/nagios.log');
    // Before that nobody reads the pipe, and nsca drops what it gets.
    await logged('Successfully launched command file worker');
    const said = setUp(CONFIG, '--test');
    expect(said).toContain(`${CONFIG} is written, for host gw01`);
    expect(said).toMatch(/^the test result \(open files\) /m);
    expect(said).toMatch(
      /^Next: systemctl restart check_rlimit_passive, .* then check_rlimit_passive status$/m,
    );
    await logged(
      'PROCESS_SERVICE_CHECK_RESULT;gw01;open files;0;SETUP OK - a test of check_rlimit_passive setup',
    );
    // It stands there only for a service that is known, with the output of the check before
    // (findings/nagios-logs-the-output-before.sh).
    await logged('PASSIVE SERVICE CHECK: gw01;open files;0;');
    expect(machine.run('stat', '-c', '%U:%G %a', CONFIG).trim()).toBe('root:check_rlimit_passive 640');
    expect(machine.run('stat', '-c', '%U %a', PASSWORD).trim()).toBe('check_rlimit_passive 600');
    configuration = machine.run('cat', CONFIG);
    expect(() => setUp(CONFIG, '--no-test')).toThrow(/config\.yaml is written already/);
    expect(machine.run('cat', CONFIG)).toBe(configuration);
  }, 60_000);

  it('watches all processes but its own, and a leak becomes CRITICAL at that Nagios', async () => {
    machine.run('mkfifo', '/srv/test/orders');
    machine.run('systemd-run', '--unit=broker', '-p', 'LimitNOFILE=100', 'bash', '-c', LEAKS_AS_TOLD);
    machine.run('systemctl', 'restart', UNIT);
    expect(machine.show(UNIT, 'ActiveState', 'Type', 'User')).toEqual({
      ActiveState: 'active',
      Type: 'notify-reload',
      User: 'check_rlimit_passive',
    });
    const watched = machine.run('check_rlimit_passive', 'status', '--verbose');
    expect(watched).toMatch(/^OK +open files/m);
    expect(watched).toMatch(/ systemd\[1\] /);
    expect(watched).not.toContain(`[${machine.show(UNIT, 'MainPID')['MainPID'] ?? ''}]`);
    machine.shell('echo 88 >/srv/test/orders');
    const broker = machine.show('broker', 'MainPID')['MainPID'] ?? '';
    await logged(`SERVICE ALERT: gw01;open files;CRITICAL;HARD;1;FDS CRITICAL - bash[${broker}] has `);
  }, 60_000);

  it('reloads without a program that kills, and has done so when systemctl returns', () => {
    machine.shell(`echo 'services: [' >>${CONFIG}; systemctl reload ${UNIT}`);
    expect(machine.show(UNIT, 'StatusText')['StatusText']).toMatch(/^the configuration could not be read/);
    machine.shell(`sed -i '$d' ${CONFIG}; systemctl reload ${UNIT}`);
    expect(machine.show(UNIT, 'StatusText')['StatusText']).toBe('watches 1 service, sends to 1 destination');
  });

  it('is upgraded: restarted, with its configuration and what it could not deliver', async () => {
    const before = machine.show(UNIT, 'MainPID');
    const log = journal();
    try {
      machine.run('systemctl', 'stop', 'nsca');
      machine.run('systemctl', 'stop', 'broker');
      await log.until(() => log.stdout.some((line) => line.includes('1 result waits')));
      // The one that is upgraded has only this to say; the new one finds no file, and says nothing by itself.
      machine.run('mv', CONFIG, `${CONFIG}.kept`);
      install('new.deb');
      machine.run('test', '!', '-e', CONFIG);
    } finally {
      log.signal('SIGKILL');
      await log.finished();
    }
    expect(version()).not.toBe('0.0.1');
    expect(machine.shell('cat /var/lib/check_rlimit_passive/*.json')).toContain('open files');

    machine.run('mv', `${CONFIG}.kept`, CONFIG);
    machine.run('systemctl', 'restart', UNIT);
    expect(machine.show(UNIT, 'ActiveState')).toEqual({ ActiveState: 'active' });
    expect(machine.show(UNIT, 'MainPID')).not.toEqual(before);
    machine.run('systemctl', 'start', 'nsca');
    await logged('SERVICE ALERT: gw01;open files;OK;');
    expect(machine.run('stat', '-c', '%U:%G %a', CONFIG).trim()).toBe('root:check_rlimit_passive 640');
    expect(machine.run('cat', CONFIG)).toBe(configuration);
  }, 300_000);

  it('is restarted by an upgrade', () => {
    const before = machine.show(UNIT, 'MainPID');
    machine.run('apt-get', 'install', '--yes', '--reinstall', '/srv/test/new.deb');
    expect(machine.show(UNIT, 'ActiveState')).toEqual({ ActiveState: 'active' });
    expect(machine.show(UNIT, 'MainPID')).not.toEqual(before);
  }, 60_000);

  it('is removed, and its configuration stays', () => {
    machine.run('apt-get', 'remove', '--yes', 'check-rlimit-passive');
    expect(machine.show(UNIT, 'ActiveState')).toEqual({ ActiveState: 'inactive' });
    expect(machine.run('ls', '/etc/check_rlimit_passive').trim().split('\n')).toEqual([
      'config.yaml',
      'nsca.password',
    ]);
  });

  it('is purged, and leaves nothing', () => {
    machine.run('apt-get', 'purge', '--yes', 'check-rlimit-passive');
    expect(machine.shell("find / /run -xdev -iname '*check[-_]rlimit[-_]passive*'")).toBe('');
    expect(machine.shell('getent passwd check_rlimit_passive || true')).toBe('');
  });
});

/** What bash does at a tab, without a terminal. */
const ASKS_FOR_UNITS = `
  source /usr/share/bash-completion/completions/check_rlimit_passive
  COMP_WORDS=(check_rlimit_passive --once --unit systemd-j) COMP_CWORD=3
  _check_rlimit_passive
  printf '%s\\n' "\${COMPREPLY[@]}"`;

/**
 * Opens as many files as each line of a pipe says. It holds the pipe open for writing itself: who opens it anew for each
 * line may still meet the writer of the line before, and then its end.
 */
const LEAKS_AS_TOLD =
  'exec 3<>/srv/test/orders; while read -r count <&3; do for ((; count > 0; count--)); do exec {fd}</dev/null; done; done';

/** Makes old.deb of new.deb: the same, with another version. */
function makeOlder(folder: string): void {
  const [newer, older, root] = ['new.deb', 'old.deb', 'root'].map((name) => join(folder, name));
  if (newer === undefined || older === undefined || root === undefined) return;
  execFileSync('dpkg-deb', ['--raw-extract', newer, root]);
  for (const [file, pattern, version] of [
    ['DEBIAN/control', /^Version: .*$/m, 'Version: 0.0.1-1'],
    ['usr/lib/check_rlimit_passive/package.json', /"version": "[^"]*"/, '"version": "0.0.1"'],
  ] as const) {
    const path = join(root, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(pattern, version));
  }
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', root, older]);
  rmSync(root, { recursive: true });
}
