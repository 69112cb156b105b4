import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, NscaError, Password, receive } from '../../../src/nsca-client/index.js';
import { secretOf } from '../../../src/nsca-client/password.js';

const SECRET = 'Gehe1mnis of this test';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nsca-password-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function fileOf(content: string, mode: number, name = 'password'): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function refusalOf(make: () => unknown): NscaError {
  try {
    make();
  } catch (error) {
    if (error instanceof NscaError) return error;
  }
  throw new Error('this was to be refused with an NscaError');
}

describe('a password', () => {
  test('is taken from text, byte for byte', () => {
    expect(secretOf(Password.fromText(' Größe=1 ')).toString()).toBe(' Größe=1 ');
  });

  test.each(['\n', '\r\n', ''])('is taken from a file that ends in %j', (end) => {
    expect(secretOf(Password.fromFile(fileOf(SECRET + end, 0o640))).toString()).toBe(SECRET);
  });

  test('is taken from the environment', () => {
    process.env['NSCA_TEST_PASSWORD'] = SECRET;
    try {
      expect(secretOf(Password.fromEnvironment('NSCA_TEST_PASSWORD')).toString()).toBe(SECRET);
    } finally {
      delete process.env['NSCA_TEST_PASSWORD'];
    }
  });

  test('does not show', async () => {
    const password = Password.fromText(SECRET);
    const options = { server: '127.0.0.1', port: 1, password };
    const client = createClient(options);
    const [outcome] = await client.send([{ host: 'a', returnCode: 0, output: '' }]);
    const receiver = await receive({ port: 0, password }, () => undefined);
    try {
      for (const value of [password, options, client, outcome, receiver]) {
        const shown = [
          inspect(value, { depth: Infinity, showHidden: true, showProxy: true }),
          inspect(value, { customInspect: false, depth: Infinity, showHidden: true, breakLength: Infinity }),
          format('%s %o %j', value, value, value),
          JSON.stringify(value),
          Object.getOwnPropertyNames(value).join(),
          outcome?.status === 'sent' ? '' : outcome?.error.stack,
        ].join('\n');
        expect(shown).not.toContain(SECRET);
        expect(shown).not.toContain(Buffer.from(SECRET).toString('hex').slice(0, 12));
        expect(shown).not.toContain(inspect(Buffer.from(SECRET)).slice(8, 30));
        expect(shown).not.toContain([...Buffer.from(SECRET)].slice(0, 5).join(', '));
      }
    } finally {
      await receiver.close();
    }
    expect(Reflect.ownKeys(password)).toEqual([]);
    expect(`${String(password)}${JSON.stringify({ password })}`).toBe('[secret]{"password":"[secret]"}');
  });
});

describe('a password file is refused', () => {
  test.each([0o644, 0o604, 0o602, 0o666])('with the mode %#o, with the command that mends it', (mode) => {
    const path = fileOf(SECRET, mode, "it's open");
    const { code, message } = refusalOf(() => Password.fromFile(path));
    expect(code).toBe('password');
    expect(message).not.toContain(SECRET);
    const command = /run (chmod .*)$/.exec(message)?.[1];
    expect(spawnSync('sh', ['-c', command ?? 'false']).status).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(mode & 0o770);
    expect(secretOf(Password.fromFile(path)).toString()).toBe(SECRET);
  });

  test.each([
    ['empty', '', 'is empty'],
    ['only a line end', '\n', 'is empty'],
    ['of two lines', `${SECRET}\nand more\n`, 'line break'],
    ['with a NUL', `${SECRET}\0`, 'NUL'],
    ['too large', SECRET.repeat(200), 'at most 4096'],
  ])('when it is %s', (_, content, reason) => {
    const { code, message } = refusalOf(() => Password.fromFile(fileOf(content, 0o600)));
    expect(code).toBe('password');
    expect(message).toContain(reason);
    expect(message).not.toContain(SECRET);
  });

  test('when it is not there, a directory, or a pipe', () => {
    const pipe = join(directory, 'pipe');
    spawnSync('mkfifo', ['-m', '600', pipe]);
    for (const path of [join(directory, 'nothing'), directory, pipe]) {
      const { code, message } = refusalOf(() => Password.fromFile(path));
      expect(code).toBe('password');
      expect(message).toContain(path);
    }
  });
});

test('what is not a Password is refused, and not shown', () => {
  for (const wrong of [SECRET, { toString: () => SECRET }, null]) {
    const password = wrong as unknown as Password;
    const { code, message } = refusalOf(() =>
      createClient({ server: '127.0.0.1', encryption: 'xor', password }),
    );
    expect(code).toBe('password');
    expect(message).not.toContain(SECRET);
  }
});

test('an environment variable that is not set or empty is refused', () => {
  process.env['NSCA_TEST_EMPTY'] = '';
  for (const name of ['NSCA_TEST_EMPTY', 'NSCA_TEST_UNSET']) {
    const { code, message } = refusalOf(() => Password.fromEnvironment(name));
    expect(code).toBe('password');
    expect(message).toContain(name);
  }
  delete process.env['NSCA_TEST_EMPTY'];
});
