import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { icinga2Definitions, nagiosDefinitions } from '../../../src/central/index.js';
import type { CentralServer } from '../../../rig/servers/central-server.js';
import { IcingaServer } from '../../../rig/servers/icinga-server.js';
import { NagiosServer } from '../../../rig/servers/nagios-server.js';

/** Every printable character of ASCII but the semicolon, which no configuration has in a name, and some others. */
const characters = [
  ...Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)),
  ...[
    'ü',
    '\u{1F980}',
    '\u00a0',
    '\u2028',
    '\\\\',
    '\\\\\\',
    '/*',
    '*/',
    '//',
    '#',
    '{{{',
    '}}}',
    '$$',
    '%%',
  ],
].filter((character) => character !== ';');

/** Names that begin with it, have it within, end in it, and are nothing else. */
const namesWith = (list: readonly string[]) =>
  list
    .flatMap((character) => [`${character}a`, `a${character}b ${character}`, character])
    .filter((name) => name.trim() === name);

const monitored = (host: string, names: readonly string[], heartbeat: number | undefined = 60_000) => ({
  host,
  heartbeat,
  services: [...new Set(names)].map((description) => ({ description })),
});

const withoutProblem = (output: string) => {
  expect(output).not.toMatch(/warning(?!s: 0)|critical\/|error(?!s: +0)/i);
};

describe('definitions for Nagios', () => {
  let server: CentralServer;
  beforeEach(() => {
    server = new NagiosServer();
  });
  afterEach(() => server.stop());

  const refused = /[`~!$%^&*|'"<>?,()=]/;

  it('have the very names, where Nagios takes them as it comes', () => {
    const config = monitored('gw01', namesWith(characters.filter((character) => !refused.test(character))));
    const { text, warnings } = nagiosDefinitions(config, { withHost: true });
    const { status, output } = server.check(text);
    expect(output).toContain('Total Warnings: 0');
    expect(server.understood().sort()).toEqual(
      config.services.map(({ description }) => `gw01!${description}`).sort(),
    );
    expect({ status, warnings }).toEqual({ status: 0, warnings: [] });
  });

  it.each(characters.filter((character) => refused.test(character)))('warn of %s', (character) => {
    const { text, warnings } = nagiosDefinitions(monitored('gw01', [`a${character}b`]), { withHost: true });
    expect(warnings).toEqual([expect.stringContaining('illegal_object_name_chars')]);
    expect(server.check(text).output).toContain('contains one or more illegal characters');
  });

  it.each(['gw.example.org', '#gw', 'g w', 'gw\\', 'a\\b', 'ü', '[a]', '{', '}'])(
    'name the host %s',
    (host) => {
      const { text } = nagiosDefinitions(monitored(host, ['a']), { withHost: true });
      withoutProblem(server.check(text).output);
      expect(server.understood()).toEqual([`${host}!a`]);
    },
  );

  it('without a heartbeat are accepted, too', () => {
    const config = { ...monitored('gw01', ['a']), heartbeat: undefined };
    withoutProblem(server.check(nagiosDefinitions(config, { withHost: true }).text).output);
  });
});

describe('definitions for Icinga 2', () => {
  let server: CentralServer;
  beforeEach(async () => {
    server = await IcingaServer.prepare();
  });
  afterEach(() => server.stop());

  it('have the very names', () => {
    const config = monitored('gw01', namesWith(characters.filter((character) => character !== '!')));
    const { status, output } = server.check(icinga2Definitions(config, { withHost: true }).text);
    withoutProblem(output);
    expect(server.understood().sort()).toEqual(
      config.services.map(({ description }) => `gw01!${description}`).sort(),
    );
    expect(status).toBe(0);
  });

  it.each(['gw.example.org', 'a"b\\', '*', '$host.name$', 'ü', 'null'])('name the host %s', (host) => {
    const { text } = icinga2Definitions(monitored(host, ['a']), { withHost: true });
    withoutProblem(server.check(text).output);
    expect(server.understood()).toEqual([`${host}!a`]);
  });

  it('without a heartbeat are accepted, too', () => {
    const config = { ...monitored('gw01', ['a']), heartbeat: undefined };
    withoutProblem(server.check(icinga2Definitions(config, { withHost: true }).text).output);
  });
});
