import { DefinitionError, type Definitions, type Monitored } from './definitions.js';
import { freshness, templateFreshness } from './freshness.js';
import { clientSection } from './nsca-ng.js';

/** Objects for Nagios 4; the host only `withHost`, since the server often has it already. */
export function nagiosDefinitions(config: Monitored, { withHost = false } = {}): Definitions {
  checkHost(config.host);
  for (const { description } of config.services) checkName('service', description);
  const objects = [
    ...(withHost ? [define('host', [...named('host_name', config.host), ...hostSettings])] : []),
    ...config.services.map(({ description }) =>
      define('service', [
        ['use', 'rlimit-service'],
        ...named('host_name', config.host),
        ...named('service_description', description),
        ...freshnessSettings(config),
      ]),
    ),
    ...identitiesOf(config).map((identity) => clientSection(identity, config)),
  ];
  return {
    text: [heading, ...objects].join('\n'),
    warnings: [config.host, ...config.services.map(({ description }) => description)].flatMap(warningsOf),
  };
}

const heading = `# Made by check_rlimit_passive generate nagios; make it anew when names or the heartbeat change.
# The template rlimit-service is in nagios-config/nagios/rlimit-service.cfg.
`;

/** By which it sends to nsca-ng, on whatever servers. */
function identitiesOf({ destinations = [] }: Monitored): string[] {
  return [...new Set(destinations.flatMap((one) => (one.type === 'nsca-ng' ? [one.identity] : [])))];
}

/** A directive and its value; or a comment, and nothing. */
type Line = readonly [string, string?];

const hostSettings: readonly Line[] = [
  ['# Nothing asks the gateway itself: it counts as UP, and its services tell when it falls silent.'],
  ['active_checks_enabled', '0'],
  ['max_check_attempts', '1'],
  ['check_period', '24x7'],
  ['notification_period', '24x7'],
  ['notification_interval', '60'],
  ['contact_groups', 'admins'],
];

function freshnessSettings(config: Monitored): Line[] {
  const seconds = freshness(config);
  if (seconds === templateFreshness) return [];
  return seconds === undefined
    ? [
        ['# With heartbeat: off the agent sends changes only, and how old one is says nothing.'],
        ['check_freshness', '0'],
      ]
    : [['freshness_threshold', String(seconds)]];
}

/** Nagios wants a newline after the brace, and the closing one on a line of its own. */
function define(type: string, lines: readonly Line[]): string {
  const body = lines.map(
    ([name, value]) => `    ${value === undefined ? name : name.padEnd(25) + ' ' + value}\n`,
  );
  return `define ${type} {\n${body.join('')}}\n`;
}

/** What Nagios refuses in names unless nagios.cfg says otherwise (illegal_object_name_chars, as it comes). */
const illegal = /[`~!$%^&*|'"<>?,()=]/g;

function named(directive: string, name: string): Line[] {
  const comment = illegalIn(name);
  return [...(comment === undefined ? [] : [[`# ${comment}`] as const]), [directive, escaped(name)]];
}

function warningsOf(name: string): string[] {
  const problem = illegalIn(name);
  return problem === undefined ? [] : [`${JSON.stringify(name)}: ${problem}`];
}

function illegalIn(name: string): string | undefined {
  const found = [...new Set(name.match(illegal))];
  return found.length === 0
    ? undefined
    : `Nagios refuses ${found.join(' ')} in a name; take it out of the name, or out of illegal_object_name_chars in nagios.cfg`;
}

/** Of backslashes at the end of a line Nagios takes one away, and goes on with the next line if there was only one. */
function escaped(name: string): string {
  return name.endsWith('\\') ? `${name}\\` : name;
}

/** What means something else than a name, however it is written (seen with 4.4.6). */
function checkHost(host: string): void {
  checkName('host', host);
  if (host.includes(',')) throw new DefinitionError('host', host, 'a comma separates hosts in Nagios');
  if (host === '*') throw new DefinitionError('host', host, 'means every host to Nagios');
  if (/^[!+]/.test(host))
    throw new DefinitionError('host', host, `a leading ${host.charAt(0)} changes a list of hosts in Nagios`);
}

function checkName(kind: 'host' | 'service', name: string): void {
  if (name === 'null') throw new DefinitionError(kind, name, 'means no value to Nagios');
}
