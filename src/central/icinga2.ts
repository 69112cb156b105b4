import { DefinitionError, type Definitions, type Monitored } from './definitions.js';
import { freshness, templateFreshness } from './freshness.js';

/** Objects for Icinga 2; the host only `withHost`, since the server often has it already. */
export function icinga2Definitions(config: Monitored, { withHost = false } = {}): Definitions {
  checkName('host', config.host);
  for (const { description } of config.services) checkName('service', description);
  const objects = [
    ...(withHost ? [object('Host', config.host, hostSettings)] : []),
    ...config.services.map(({ description }) =>
      object('Service', description, [
        'import "rlimit-service"',
        `host_name = ${quoted(config.host)}`,
        ...freshnessSettings(config),
      ]),
    ),
    ...apiUsers(config),
  ];
  return { text: [heading, ...objects].join('\n'), warnings: [] };
}

const heading = `/*
 * Made by check_rlimit_passive generate icinga2; make it anew when names or the heartbeat change.
 * The template rlimit-service is in nagios-config/icinga2/rlimit-service.conf.
 */
`;

const hostSettings = [
  '/* Nothing asks the gateway itself: it counts as UP, and its services tell when it falls silent. */',
  'check_command = "dummy"',
  'vars.dummy_state = 0',
  'vars.dummy_text = "Not checked, see the services"',
];

function freshnessSettings(config: Monitored): string[] {
  const seconds = freshness(config);
  if (seconds === templateFreshness) return [];
  return seconds === undefined
    ? [
        '/* With heartbeat: off the agent sends changes only, and how old one is says nothing. */',
        'enable_active_checks = false',
      ]
    : [`check_interval = ${seconds}s`, `retry_interval = ${seconds}s`];
}

type ApiUser = Extract<NonNullable<Monitored['destinations']>[number], { type: 'icinga2' }>;

/** Who submits by Icinga's API: for these services, and nothing else. */
function apiUsers({ host, services, destinations = [] }: Monitored): string[] {
  const users = destinations.filter((destination) => destination.type === 'icinga2');
  const names = services.map(({ description }) => quoted(description)).join(', ');
  const byName = new Map(users.map((user) => [user.user ?? host, user]));
  return [...byName].map(([name, user]) =>
    object('ApiUser', name, [
      ...proof(name, user),
      'permissions = [ {',
      '  permission = "actions/process-check-result"',
      `  filter = {{ host.name == ${quoted(host)} && service.name in [ ${names} ] }}`,
      '} ]',
    ]),
  );
}

/** The password itself is in its file, and nowhere else. */
function proof(name: string, { passwordFile, certFile = '' }: ApiUser): string[] {
  return passwordFile === undefined
    ? [`/* The common name of ${comment(certFile)}. */`, `client_cn = ${quoted(name)}`]
    : [
        `/* The line of ${comment(passwordFile)}. While it is empty here, nobody can be this user. */`,
        'password = ""',
      ];
}

/** A path can hold what ends a comment. */
function comment(path: string): string {
  return path.replaceAll('*/', '*?');
}

function object(type: string, name: string, lines: readonly string[]): string {
  return `object ${type} ${quoted(name)} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
}

function checkName(kind: 'host' | 'service', name: string): void {
  if (name.includes('!'))
    throw new DefinitionError(kind, name, 'an exclamation mark separates host and service in Icinga 2');
}
