import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import {
  DefinitionError,
  icinga2Definitions,
  nagiosDefinitions,
  type Monitored,
} from '../../../src/central/index.js';

const MINUTE = 60_000;
const config = (heartbeat: number | undefined, host = 'gw01', description = 'broker fds') => ({
  host,
  heartbeat,
  services: [{ description }],
});

describe('nagiosDefinitions', () => {
  it('leaves to the template what it has already', () => {
    expect(nagiosDefinitions(config(5 * MINUTE)).text.split('\n\n')[1]).toBe(`define service {
    use                       rlimit-service
    host_name                 gw01
    service_description       broker fds
}
`);
  });

  it('has the freshness of another heartbeat', () => {
    expect(nagiosDefinitions(config(MINUTE)).text).toContain(`
    service_description       broker fds
    freshness_threshold       180
}
`);
  });

  it('has no freshness check without a heartbeat, and says why', () => {
    expect(nagiosDefinitions(config(undefined)).text).toContain(`
    # With heartbeat: off the agent sends changes only, and how old one is says nothing.
    check_freshness           0
}
`);
  });

  it('defines the host only when told to', () => {
    expect(nagiosDefinitions(config(MINUTE)).text).not.toContain('define host');
    const { text } = nagiosDefinitions(config(MINUTE), { withHost: true });
    expect(text).toContain('\ndefine host {\n    host_name                 gw01\n');
  });

  it('tells nsca-ng who may send what, once for each identity', () => {
    const to = (server: string, identity: string) =>
      ({ type: 'nsca-ng', servers: [server], port: 5668, identity, keyFile: '/key' }) as const;
    const destinations = [to('a', 'gw01'), to('b', 'gw01'), to('a', 'of "$HOME"')];
    const { text } = nagiosDefinitions({ ...config(MINUTE, 'gw01.example', 'fds (80%) $x'), destinations });
    const [, first, second, ...rest] = text.split('# For nsca-ng.cfg');
    expect(rest).toEqual([]);
    expect(first).toBe(`, without the "# " of each line; the password is that of the gateway's key_file:
#
# authorize "gw01" {
#     password = "..."
#     commands = {
#         "PROCESS_SERVICE_CHECK_RESULT;gw01\\\\.example;fds \\\\(80%\\\\) \\\\\\$x;[0-3];.*"
#     }
# }

`);
    expect(second).toContain('# authorize "of \\"\\$HOME\\"" {\n');
    expect(nagiosDefinitions(config(MINUTE)).text).not.toContain('nsca-ng');
  });

  it('tells of characters that Nagios refuses as it comes, in the file and besides', () => {
    const { text, warnings } = nagiosDefinitions(config(MINUTE, 'gw01', 'fds (80%)'));
    const problem =
      'Nagios refuses ( % ) in a name; take it out of the name, or out of illegal_object_name_chars in nagios.cfg';
    expect(text).toContain(`\n    # ${problem}\n    service_description       fds (80%)\n`);
    expect(warnings).toEqual([`"fds (80%)": ${problem}`]);
  });

  it.each([
    ['null', 'a', 'host "null": means no value to Nagios; give it another name in the configuration'],
    ['gw01', 'null', 'service "null": means no value to Nagios; '],
    ['a,b', 'a', 'host "a,b": a comma separates hosts in Nagios; '],
    ['*', 'a', 'host "*": means every host to Nagios; '],
    ['!a', 'a', 'host "!a": a leading ! changes a list of hosts in Nagios; '],
    ['+a', 'a', 'host "+a": a leading + changes a list of hosts in Nagios; '],
  ])('refuses host %s, service %s', (host, description, problem) => {
    const define = () => nagiosDefinitions(config(MINUTE, host, description));
    expect(define).toThrow(DefinitionError);
    expect(define).toThrow(problem);
  });
});

describe('icinga2Definitions', () => {
  it('leaves to the template what it has already', () => {
    expect(icinga2Definitions(config(5 * MINUTE)).text.split('\n\n')[1]).toBe(`object Service "broker fds" {
  import "rlimit-service"
  host_name = "gw01"
}
`);
  });

  it('has the freshness of another heartbeat', () => {
    expect(icinga2Definitions(config(MINUTE)).text).toContain(`
  host_name = "gw01"
  check_interval = 180s
  retry_interval = 180s
}
`);
  });

  it('has no freshness check without a heartbeat, and says why', () => {
    expect(icinga2Definitions(config(undefined)).text).toContain(`
  /* With heartbeat: off the agent sends changes only, and how old one is says nothing. */
  enable_active_checks = false
}
`);
  });

  it('defines the host only when told to', () => {
    expect(icinga2Definitions(config(MINUTE)).text).not.toContain('object Host');
    expect(icinga2Definitions(config(MINUTE), { withHost: true }).text).toContain('\nobject Host "gw01" {\n');
  });

  it('escapes what ends a string', () => {
    expect(icinga2Definitions(config(MINUTE, 'a"b', 'c\\')).text).toContain(
      '\nobject Service "c\\\\" {\n  import "rlimit-service"\n  host_name = "a\\"b"\n',
    );
  });

  it.each([
    [
      'a!b',
      'a',
      'host "a!b": an exclamation mark separates host and service in Icinga 2; give it another name',
    ],
    ['a', 'a!b', 'service "a!b": an exclamation mark'],
  ])('refuses host %s, service %s', (host, description, problem) => {
    const define = () => icinga2Definitions(config(MINUTE, host, description));
    expect(define).toThrow(DefinitionError);
    expect(define).toThrow(problem);
  });
});

describe('the ApiUser of a destination icinga2', () => {
  const destination = { type: 'icinga2', urls: [{ url: 'https://mon1:5665' }], user: 'gw01' } as const;
  const usersOf = (...destinations: NonNullable<Monitored['destinations']>) =>
    icinga2Definitions({ ...config(MINUTE, 'gw01', 'a "b"'), destinations })
      .text.split(/\n(?=object ApiUser)/)
      .slice(1);

  it('may submit for these services, and has no password yet', () => {
    expect(usersOf({ ...destination, passwordFile: '/etc/crp/api.password' })).toEqual([
      `object ApiUser "gw01" {
  /* The line of /etc/crp/api.password. While it is empty here, nobody can be this user. */
  password = ""
  permissions = [ {
    permission = "actions/process-check-result"
    filter = {{ host.name == "gw01" && service.name in [ "a \\"b\\"" ] }}
  } ]
}
`,
    ]);
  });

  it('has the name of its certificate', () => {
    const [user] = usersOf({
      type: 'icinga2',
      urls: [{ url: 'https://mon1:5665' }],
      certFile: '/a*/b',
      keyFile: '/c',
    });
    expect(user).toContain(`object ApiUser "gw01" {
  /* The common name of /a*?b. */
  client_cn = "gw01"
`);
  });

  it('is one for each name, and none for other destinations', () => {
    const first = { ...destination, passwordFile: '/a' };
    expect(
      usersOf(first, { ...first, urls: [{ url: 'https://mon2:5665' }] }, { ...first, user: 'gw02' }),
    ).toHaveLength(2);
    expect(usersOf({ type: 'program', run: ['a'], format: 'lines' })).toEqual([]);
    expect(icinga2Definitions(config(MINUTE)).text).not.toContain('ApiUser');
  });
});

describe('freshness', () => {
  const seconds = (text: string) =>
    Number(/(?:freshness_threshold +|check_interval = )(\d+)/.exec(text)?.[1]);

  it.each([1000, 1001, 1500, 10_000, 290_000, 3_600_000, 604_800_000])(
    'is two and a half to three heartbeats of %d ms, in full seconds',
    (heartbeat) => {
      for (const definitions of [nagiosDefinitions, icinga2Definitions]) {
        const threshold = seconds(definitions(config(heartbeat)).text);
        expect(threshold).toBeGreaterThanOrEqual((2.5 * heartbeat) / 1000);
        expect(threshold).toBeLessThan((3 * heartbeat) / 1000 + 1);
      }
    },
  );

  it.each(['nagios/rlimit-service.cfg', 'icinga2/rlimit-service.conf'])(
    'in %s fits the default heartbeat',
    (file) => {
      const template = readFileSync(new URL(`../../../../nagios-config/${file}`, import.meta.url), 'utf8');
      const units: Readonly<Record<string, number>> = { m: 60 };
      const [, unit = ''] = /check_interval = \d+(\w)/.exec(template) ?? [];
      expect(seconds(template) * (units[unit] ?? 1)).toBe(900);
    },
  );
});
