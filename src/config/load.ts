import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import type { Config } from './config.js';
import type { Position } from './config-error.js';
import { ConfigError } from './config-error.js';
import type { ConfigOptions } from './options.js';
import { parseConfig } from './parse.js';

/**
 * Reads and parses a configuration file.
 *
 * @throws {ConfigError}
 */
export function loadConfig(path: string, options: ConfigOptions = {}): Config {
  return parseConfig(textOf(path, bytesOf(path)), path, options);
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it; change its owner or mode',
  EISDIR: 'is a directory; name a file',
  ERR_ACCESS_DENIED: 'Node.js runs with --permission and may not read it; give it --allow-fs-read=* as well',
  ENOENT: 'there is no such file; write it or name another',
};

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const problem = reasons[code] ?? `cannot be read: ${message}; name another file`;
    throw new ConfigError({ file: path, problem });
  }
}

function textOf(path: string, bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    const problem = 'a byte that is not UTF-8; save the file as UTF-8';
    throw new ConfigError({ file: path, position: firstInvalid(bytes), problem });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A line break is never a part of another character, so that lines can be tried one by one. */
function firstInvalid(bytes: Buffer): Position {
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .map((line) => Buffer.from(line, 'latin1'));
  const index = lines.findIndex((line) => !isUtf8(line));
  return { line: index + 1, column: (lines[index]?.toString('utf8').indexOf('\ufffd') ?? 0) + 1 };
}
