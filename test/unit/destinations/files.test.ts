/** Files that destinations are told of: what is wrong with one is told by one line with its name. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destinationSettings, makeDestination } from '../../../src/destinations/index.js';

const SECRET = 'hunter2';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const KINDS = [
  { type: 'nsca', server: '127.0.0.1', password_file: 'secret' },
  { type: 'nsca-ng', server: '127.0.0.1', identity: 'gw01', key_file: 'secret' },
  { type: 'icinga2', url: 'https://127.0.0.1:1', user: 'gw01', password_file: 'secret' },
  { type: 'nrdp', url: 'https://127.0.0.1:1/', token_file: 'secret' },
];

/** Makes one, as the agent does when it starts. */
function make(written: object): void {
  makeDestination(destinationSettings(folder).parse(written));
}

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
}

describe.each(KINDS)('the secret of $type', (kind) => {
  it('is text, and a mark of the byte order is none of it', () => {
    write('secret', Buffer.from(`${SECRET}\u00e4`, 'latin1'));
    expect(() => {
      make(kind);
    }).toThrow(/secret is not text in UTF-8: write it so/);
    write('secret', '\ufeff\r\n');
    expect(() => {
      make(kind);
    }).toThrow(/secret is empty/);
    write('secret', `\ufeff${SECRET}\u00e4\r\n`);
    make(kind);
  });
});

describe.each(KINDS.slice(2))('the ca_file of $type', (kind) => {
  beforeEach(() => {
    write('secret', SECRET);
  });

  it.each([
    ['is there', undefined, /The certificate file .*ca\.crt cannot be read: ENOENT/],
    ['has a certificate', 'ca', /ca\.crt has no certificate in PEM/],
    ['is not empty', '', /ca\.crt has no certificate in PEM/],
    [
      'is not damaged',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      /ca\.crt has a certificate that is damaged/,
    ],
    ['is small', 'x'.repeat((4 << 20) + 1), /ca\.crt has 4194305 bytes/],
  ])('%s', (_what, content, problem) => {
    if (content !== undefined) write('ca.crt', content);
    expect(() => {
      make({ ...kind, ca_file: 'ca.crt' });
    }).toThrow(problem);
  });

  it('is no named pipe that nobody writes to', () => {
    expect(spawnSync('mkfifo', [join(folder, 'ca.crt')]).status).toBe(0);
    expect(() => {
      make({ ...kind, ca_file: 'ca.crt' });
    }).toThrow(/ca\.crt is not a file: give one with the certificate in it/);
  });
});

describe('a URL that is none', () => {
  it.each(
    KINDS.slice(2).flatMap((kind) => [
      [kind.type, `htps://gw01:${SECRET}@mon1`, kind],
      [kind.type, `gw01:${SECRET}@mon1:5665`, kind],
      [kind.type, `https://gw01:${SECRET}@mon1:99999`, kind],
      [kind.type, `htps://mon1/?token=${SECRET}`, kind],
      [kind.type, `htps://mon1/#${SECRET}`, kind],
    ]),
  )('of %s is not shown if it may hold a secret: %s', (_type, url, kind) => {
    const { error } = destinationSettings(folder).safeParse({ ...(kind as object), url });
    expect(error?.issues[0]?.message).toMatch(/^is not .*; write one such as url: https:\/\/mon1/);
    expect(JSON.stringify(error?.issues.map(({ message }) => message))).not.toContain(SECRET);
  });
});
