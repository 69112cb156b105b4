/** What setup writes for each kind of destination is what its real server takes. */
import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../../rig/programs/command.js';
import { EACH_KIND } from '../support/each-kind.js';

const SERVICE = 'open files';
const WHERE = ['server', 'url'];
const SECRETS = ['password_file', 'key_file', 'token_file'];

/** What is written in a file, as options say it. */
function optionsOf(written: object): string[] {
  return Object.entries(written).flatMap(([key, value]) => {
    if (key === 'type') return ['--type', String(value)];
    if (WHERE.includes(key)) return ['--server', String(value)];
    if (SECRETS.includes(key)) return ['--key-file', String(value)];
    return ['--set', `${key}=${Array.isArray(value) ? JSON.stringify(value) : String(value)}`];
  });
}

describe('setup', () => {
  it.each(EACH_KIND)(
    'has a test result taken by $name, and a file with which the agent delivers',
    async ({ start }) => {
      const folder = mkdtempSync(join(tmpdir(), 'setup-'));
      const peer = await start(folder, [SERVICE]);
      try {
        const file = join(folder, 'config.yaml');
        const made = await Command.run(
          'setup',
          '-c',
          file,
          '--hostname',
          'gw01',
          ...optionsOf(peer.written),
          '--test',
        );
        expect(made.stderr).toEqual([]);
        expect(made.stdout).toContainEqual(
          expect.stringMatching(/^the test result \(open files\) was (?:sent|taken)/),
        );
        expect(made.status).toBe(0);
        const test = {
          service: SERVICE,
          returnCode: 0,
          text: 'SETUP OK - a test of check_rlimit_passive setup',
        };
        expect(await peer.until(1)).toEqual([expect.objectContaining(test)]);
        await Command.run('--once', '-c', file);
        expect(await peer.until(2)).toEqual([
          expect.objectContaining(test),
          expect.objectContaining({ service: SERVICE, text: expect.stringMatching(/^FDS /) }),
        ]);
      } finally {
        await peer.stop();
        rmSync(folder, { recursive: true });
      }
    },
  );
});
