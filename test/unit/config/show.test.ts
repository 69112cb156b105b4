import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig, parseConfig, showConfig } from '../../../src/config/index.js';
import { everyKey, example, exampleWith } from './example.js';
import { Files } from './files.js';

const PLACES = { state_directory: '/var/lib/x', status_socket: '/run/x.sock' };

describe('a configuration that is shown', () => {
  let files: Files;
  beforeEach(() => {
    files = new Files();
  });
  afterEach(() => {
    files.remove();
  });

  const shown = () => showConfig(files.main, PLACES, { hostName: () => 'machine' });

  it.each([
    ['the example', example],
    ['every key', everyKey],
    ['no host', exampleWith('host: gw01', '')],
    [
      'a program',
      exampleWith(
        /type: nsca[^]*password\n/.exec(example)?.[0] ?? '',
        'type: program\n    run: [./x]\n    keep: true\n',
      ),
    ],
    ['aliases', exampleWith('warning: 50', 'warning: &most 50').replace('80%', '*most')],
  ])('means the same: %s', (_what, text) => {
    files.write('config.yaml', text);
    const config = loadConfig(files.main, { hostName: () => 'machine' });
    const { state_directory: stateDirectory, status_socket: statusSocket } = PLACES;
    expect(parseConfig(shown(), files.main)).toEqual({ stateDirectory, statusSocket, ...config });
  });

  it('has every default', () => {
    files.write('config.yaml', exampleWith('    port: 5667\n', '').replace('host: gw01', '#'));
    for (const line of ['host: machine', 'heartbeat: 5m', 'port: 5667', 'inherit: true', 'hold: 0s'])
      expect(shown()).toContain(`${line}\n`);
  });

  it('has the services of conf.d, and is one file', () => {
    files.write('config.yaml', example);
    files.write(
      'conf.d/a.yaml',
      'services: [{ service: a, process: { pid: 1 }, resource: as, warning: 80% }]\n',
    );
    expect(parseConfig(shown(), 'elsewhere/f').services).toEqual(loadConfig(files.main).services);
  });

  it('does not show what a program of a destination is given', () => {
    const program = 'type: program\n    run: [send, --token, s3cret]\n';
    files.write('config.yaml', exampleWith(/type: nsca[^]*password\n/.exec(example)?.[0] ?? '', program));
    expect(shown()).not.toContain('s3cret');
    expect(shown()).toContain('- send\n      - (2 not shown)\n');
  });
});
