import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, Password } from '../../src/nsca-client/index.js';
import { Command } from '../../rig/programs/command.js';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { underSilentResolver } from '../support/silent-resolver.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(90));

describe('doctor -c FILE', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    file = join(folder, 'config.yaml');
    writeFileSync(join(folder, 'nsca.password'), `${PASSWORD}\n`, { mode: 0o600 });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (...destinations: readonly string[]) => {
    const list = destinations.map((destination) => `  - { ${destination} }\n`).join('');
    const services = '  - { service: a, process: { pid: 1 }, resource: nofile, warning: 5 }\n';
    writeFileSync(file, `host: gw01\n${list === '' ? '' : `destinations:\n${list}`}services:\n${services}`);
  };

  /** What follows what it says of this machine. */
  const asked = ({ stdout }: { readonly stdout: readonly string[] }) =>
    stdout.slice(stdout.lastIndexOf('') + 1);

  it('asks a real nsca, which takes results as before', async () => {
    const daemon = await NscaDaemon.start({ method: 14 });
    try {
      write(
        `type: nsca, server: 127.0.0.1, port: ${daemon.port}, encryption: 14, password_file: nsca.password`,
        'type: program, run: [/bin/true, --secret]',
      );
      const finished = await Command.run('doctor', '-c', file);
      expect(finished).toMatchObject({ status: 0, stderr: [] });
      const name = `nsca 127.0.0.1:${daemon.port}`;
      expect(asked(finished)).toEqual([
        `${name}  it is there, and its clock is as this one; NSCA answers nothing, so only results can prove the password and the encryption`,
        `${'program /bin/true'.padEnd(name.length)}  /bin/true can be executed; it was not run, so only results can prove that it takes them`,
      ]);
      expect(daemon.results()).toEqual([]);
      const { port } = daemon;
      const client = createClient({ server: '127.0.0.1', port, password: Password.fromText(PASSWORD) });
      await client.send([{ host: 'gw01', service: 'a', returnCode: 0, output: 'x' }]);
      expect(await daemon.until(1)).toMatchObject([{ host: 'gw01', service: 'a' }]);
    } finally {
      await daemon.stop();
    }
  });

  it('tells of each what is wrong, and is not well', async () => {
    write(
      'type: nsca, server: 127.0.0.1, port: 1',
      'type: nsca, server: "::1", port: 2, password_file: nothing.password',
      'type: program, run: [./nothing]',
    );
    const finished = await Command.run('doctor', '-c', file);
    expect(finished).toMatchObject({ status: 3, stderr: [] });
    expect(asked(finished).map((line) => line.replace(/ {2,}/, ' # '))).toEqual([
      expect.stringMatching(
        /^nsca 127\.0\.0\.1:1 # no: Cannot connect to 127\.0\.0\.1 port 1 \(.*ECONNREFUSED/,
      ),
      expect.stringMatching(/^nsca ::1:2 # no: The password file .*nothing\.password cannot be read/),
      expect.stringMatching(/^program .*\/nothing # no: there is no such program$/),
    ]);
  });

  it('is told of a file that is wrong before anything else, and of one without destinations', async () => {
    writeFileSync(file, 'servises: []\n');
    const wrong = await Command.run('doctor', '-c', file);
    expect(wrong).toMatchObject({ status: 3, stdout: [] });
    expect(wrong.stderr).toHaveLength(1);
    write();
    expect(asked(await Command.run('doctor', '--config', file))).toEqual(['the file has no destinations']);
  });

  it('gives up a name that nobody answers for', async () => {
    write('type: nsca, server: nowhere.example.org');
    const start = performance.now();
    const finished = await underSilentResolver(folder, 'doctor', '-c', file).finished();
    expect(asked(finished)).toEqual([
      "nsca nowhere.example.org:5667  no: The name nowhere.example.org has no address (no answer within 4000 ms): check its spelling and this machine's name servers.",
    ]);
    expect(finished).toMatchObject({ status: 3, stderr: [] });
    // It would be 150 s.
    expect(performance.now() - start).toBeLessThan(seconds(10));
  });
});
