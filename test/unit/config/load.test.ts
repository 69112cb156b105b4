import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig, parseConfig } from '../../../src/config/index.js';
import { example } from './example.js';

describe('loadConfig', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'config-test-'));
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  function written(name: string, content: string | Buffer): string {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  }

  function problemOf(path: string): string {
    try {
      loadConfig(path);
    } catch (error) {
      if (error instanceof ConfigError) return error.message.replaceAll(path, 'FILE');
      throw error;
    }
    throw new Error('the file is valid');
  }

  it('reads a file', () => {
    const path = written('valid.yaml', example);
    expect(loadConfig(path)).toEqual(parseConfig(example, path));
  });

  it('reads a file with a byte order mark and carriage returns', () => {
    const path = written('windows.yaml', `\ufeff${example.replaceAll('\n', '\r\n')}`);
    expect(loadConfig(path)).toEqual(parseConfig(example, path));
  });

  it('names the file in what is wrong in it', () => {
    expect(problemOf(written('wrong.yaml', 'hots: a'))).toBe(
      'FILE:1:1: the file: unknown key "hots"; did you mean host?',
    );
  });

  it('says why a file cannot be read', () => {
    expect(problemOf(join(directory, 'none.yaml'))).toBe(
      'FILE: there is no such file; write it or name another',
    );
    expect(problemOf(directory)).toBe('FILE: is a directory; name a file');
    expect(problemOf(join(written('plain', ''), 'below'))).toMatch(
      /^FILE: cannot be read: ENOTDIR[^\n]*; name/,
    );
  });

  it('says where a file is not UTF-8', () => {
    const text = Buffer.concat([
      Buffer.from('host: gw01\n# \ufffd is one\nservice: b'),
      Buffer.from([0xfc, 0x0a]),
    ]);
    expect(problemOf(written('latin1.yaml', text))).toBe(
      'FILE:3:11: a byte that is not UTF-8; save the file as UTF-8',
    );
  });
});
