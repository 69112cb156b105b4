import { describe, expect, it } from '@jest/globals';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMAND, Program } from '../support/command.js';

/** What takes long to load, by a part of the path of each. */
const HEAVY = ['/koffi/', '/zod/', '/yaml/', '/src/nsca-client/', '/src/rlimit-events/', '/src/config/'];

/** Which of them a command opened files of. */
async function loadedBy(parameters: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  try {
    const log = join(folder, 'strace');
    const strace = ['-f', '-e', 'trace=openat,open', '-o', log, COMMAND, ...parameters];
    await new Program('strace', strace).finished();
    const opened = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => !line.includes('package.json'));
    return HEAVY.filter((part) => opened.some((line) => line.includes(part)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a command loads what it needs', () => {
  it.each<[string[], string[]]>([
    [['-V'], []],
    [['--help'], []],
    [['--bogus'], []],
    [['-c', 'x', '-t', '5'], []],
    [['status', '--socket', '/nonexistent/socket'], []],
    [['receive', '--encryption', 'rot13'], ['/src/nsca-client/']],
    [
      ['events', '--pid', '4194303', '--level', '5'],
      ['/koffi/', '/src/rlimit-events/'],
    ],
  ])('%j', async (parameters, expected) => {
    expect(await loadedBy(parameters)).toEqual(expected);
  });
});
