import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { answersOf, type SetupOptions } from '../../../plugins/setup/answers.js';
import type { Asker } from '../../../plugins/setup/asker.js';
import { bytesOf } from '../../../src/secrets/index.js';

/** Answers by what the questions begin with, one after the other, and keeps all that was said. */
class Somebody implements Asker {
  readonly said: string[] = [];
  readonly #answers: [string, string][];

  constructor(...answers: [string, string][]) {
    this.#answers = answers;
  }

  text(question: string): Promise<string> {
    this.said.push(question);
    const [expected, answer] = this.#answers.shift() ?? ['nothing more', ''];
    expect(question.slice(0, expected.length)).toBe(expected);
    return Promise.resolve(answer);
  }

  secret(question: string): Promise<string> {
    return this.text(question);
  }

  tell(line: string): void {
    this.said.push(line);
  }
}

describe('the answers of setup', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'setup-'));
    writeFileSync(join(directory, 'there.key'), 'a key\n', { mode: 0o600 });
    writeFileSync(join(directory, 'open.key'), 'a key\n');
    chmodSync(join(directory, 'open.key'), 0o644);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const answered = (options: SetupOptions, asker?: Asker, line = '') =>
    answersOf({ options, asker, readLine: () => Promise.resolve(line), directory });

  it('are asked for one by one, again when one is wrong', async () => {
    const somebody = new Somebody(
      ['kind of destination [nsca]', 'ncsa'],
      ['kind of destination [nsca]', 'nsca-ng'],
      ['server (a name or an address, such as 192.0.2.1): ', 'mon1:5668'],
      ['server', 'mon1'],
      ['host name on the server', 'gw\t1'],
      ['host name on the server', 'gw01'],
      ['identity (who the gateway is, by authorize in nsca-ng.cfg, such as gw01) [gw01]: ', ''],
      ['key (not shown): ', ''],
      ['key (not shown): ', 'the key'],
      ['send a test result? ', 'no'],
    );
    const { kind, host, written, secretFile, test } = await answered({}, somebody);
    expect({ type: kind.type, host, written, test }).toEqual({
      type: 'nsca-ng',
      host: 'gw01',
      written: { server: 'mon1', identity: 'gw01', key_file: 'nsca-ng.key' },
      test: false,
    });
    expect(secretFile?.path).toBe(join(directory, 'nsca-ng.key'));
    expect(bytesOf(secretFile?.secret)?.toString()).toBe('the key');
    expect(somebody.said).toEqual(
      expect.arrayContaining([
        'it is one of nsca, nsca-ng, icinga2, nrdp, program',
        'server: has a colon; write the port by itself, with the key port',
        expect.stringMatching(/^hostname: .*control character/),
        'The key is empty: write there what the server has.',
      ]),
    );
    expect(somebody.said.join()).not.toContain('the key,');
  });

  it('are not asked for if the command line has them', async () => {
    const options = { hostname: 'gw01', keyFile: join(directory, 'there.key'), test: true };
    const set = ['identity=4711', 'port=5670'];
    const { written, secretFile, test } = await answered(
      { ...options, type: 'nsca-ng', server: 'mon1', set },
      new Somebody(),
    );
    expect(written).toEqual({ server: 'mon1', identity: '4711', port: 5670, key_file: 'there.key' });
    expect({ secretFile, test }).toEqual({ secretFile: undefined, test: true });
  });

  it('have defaults where nobody can be asked', async () => {
    const nsca = await answered({ type: 'nsca', server: 'mon1' });
    expect(nsca).toMatchObject({ host: undefined, written: { server: 'mon1' }, test: false });
    const keyFile = join(directory, 'new.key');
    const ng = await answered({ type: 'nsca-ng', server: 'mon1', keyFile }, undefined, 'piped');
    expect(ng.written).toEqual({ server: 'mon1', identity: hostname(), key_file: 'new.key' });
    expect(bytesOf(ng.secretFile?.secret)?.toString()).toBe('piped');
  });

  it('have the file of a secret beside the configuration if it is to be made, wherever that is done', async () => {
    const options = { type: 'nsca', server: 'mon1', keyFile: 'new.key' };
    const { written, secretFile } = await answered(options, undefined, 'piped');
    expect(written['password_file']).toBe('new.key');
    expect(secretFile?.path).toBe(join(directory, 'new.key'));
    expect((await answered({ ...options, keyFile: 'there.key' })).written['password_file']).toBe('there.key');
    const here = relative('.', join(directory, 'there.key'));
    expect((await answered({ ...options, keyFile: here })).written['password_file']).toBe('there.key');
  });

  it('take a program as words or as a list', async () => {
    const list = ['send_gearman', '--server=mon1'];
    for (const server of ['send_gearman --server=mon1', '[send_gearman, --server=mon1]'])
      expect((await answered({ type: 'program', server })).written).toEqual({ run: list });
  });

  it('take what stands for a question in its place', async () => {
    const set = ['urls=[https://mon1:5665, https://mon2:5665]', 'cert_file=gw01.crt', 'key_file=gw01.key'];
    const { written } = await answered({ type: 'icinga2', set, hostname: 'gw01', test: false });
    expect(written).toEqual({
      urls: ['https://mon1:5665', 'https://mon2:5665'],
      cert_file: 'gw01.crt',
      key_file: 'gw01.key',
    });
  });

  it.each<[SetupOptions, string]>([
    [{}, 'give --type, one of nsca, nsca-ng, icinga2, nrdp, program: where results go'],
    [{ type: 'ncsa' }, '--type: "ncsa" is none of nsca, nsca-ng, icinga2, nrdp, program'],
    [{ type: 'nsca' }, 'give --server: a name or an address, such as 192.0.2.1'],
    [{ type: 'nrdp' }, 'give --server: the address of its folder, such as https://mon1/nrdp/'],
    [{ type: 'nsca', server: 'a b' }, '--server: "a b" is not a host name or an address; write one'],
    [{ type: 'nsca', server: 'a', hostname: '' }, '--hostname: is empty'],
    [{ type: 'nsca-ng', server: 'a' }, 'give --key-file: a file with the key, or one to be made'],
    [{ type: 'nsca', server: 'a', set: ['port'] }, '--set wants a key of the destination and its value'],
    [{ type: 'nsca', server: 'a', set: ['port=x'] }, '--set port: "x" is not a port from 1 to 65535'],
    [{ type: 'nsca', server: 'a', set: ['prot=1'] }, '--set: unknown key "prot"; did you mean port?'],
    [{ type: 'nsca', server: 'a', set: ['servers=[b]'] }, '--set: has server and servers; keep one of them'],
    [{ type: 'program', server: '[a' }, '--server: the value cannot be read as YAML'],
    [{ type: 'program', server: 'a', keyFile: 'x' }, '--key-file: program has no use for one here'],
    [
      { type: 'icinga2', server: 'https://a', set: ['cert_file=a'] },
      '--set cert_file: has no key_file; write',
    ],
  ])('%j is refused in one line', async (options, problem) => {
    await expect(answered(options)).rejects.toThrow(problem);
  });

  it('refuse a secret that others may read, and one that is not there', async () => {
    const options = { type: 'nsca', server: 'mon1' };
    await expect(answered({ ...options, keyFile: join(directory, 'open.key') })).rejects.toThrow(
      'is open to others than its owner and group: run chmod o=',
    );
    await expect(answered({ ...options, keyFile: join(directory, 'no.key') })).rejects.toThrow(
      /no\.key is not there, and standard input has no password to be put there/,
    );
  });
});
