import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readPrivateFile, Secret, SecretError } from '../../../src/secrets/index.js';

const TEXT = 'a token with = and & and ü';
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-'));
  path = join(folder, "a 'token'");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(content: string, mode = 0o640): void {
  writeFileSync(path, content);
  chmodSync(path, mode);
}

function errorOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(SecretError);
    const { message } = error as Error;
    expect(message).not.toMatch(/token with|\n/);
    return message.replaceAll(folder, 'DIR');
  }
  throw new Error('it was taken');
}

describe('a secret', () => {
  it.each([TEXT, `${TEXT}\n`, `${TEXT}\r\n`])('is the one line of a file: %j', (content) => {
    write(content);
    expect(Secret.fromFile(path).reveal()).toBe(TEXT);
  });

  it('does not show', () => {
    write(TEXT);
    const secret = Secret.fromFile(path);
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(Object.entries(secret)),
    ];
    expect(shown.join()).not.toContain('with');
  });

  it.each([
    ['', 'is empty: write the secret into it, in one line'],
    ['\n', 'is empty: write the secret into it, in one line'],
    [`${TEXT}\nmore\n`, 'has several lines or a control character: one line is the secret'],
    [`${TEXT}\0`, 'has several lines or a control character: one line is the secret'],
    ['x'.repeat(4097), 'has 4097 bytes: at most 4096 can be a secret'],
  ])('is not %j', (content, problem) => {
    write(content);
    expect(errorOf(() => Secret.fromFile(path))).toBe(`DIR/a 'token' ${problem}`);
  });
});

describe('a private file', () => {
  const read = () => readPrivateFile(path, 100);

  it('may have several lines', () => {
    write('one\ntwo\n', 0o600);
    expect(read()).toBe('one\ntwo\n');
  });

  it.each([0o644, 0o604, 0o602, 0o601])('is not open to others, as with mode %i', (mode) => {
    write(TEXT, mode);
    expect(errorOf(read)).toBe(
      String.raw`DIR/a 'token' is open to others than its owner and group: run chmod o= 'DIR/a '\''token'\'''`,
    );
  });

  it('is a file, and there', () => {
    expect(errorOf(read)).toMatch(/^DIR\/a 'token' cannot be read: ENOENT/);
    // Nobody waits for a writer.
    spawnSync('mkfifo', ['-m', '600', path]);
    expect(errorOf(read)).toBe("DIR/a 'token' is not a file: give one with the secret in it");
  });
});
