import { ConfigError, parseConfig, type Config, type Service } from '../../../src/config/index.js';
import { mustBeRefused, mustBeTaken } from './by-schema.js';

/** The file of the documentation, which every test here changes in one place. */
export const example = `host: gw01                      # default: the machine's host name
destinations:
  - type: nsca
    server: 127.0.0.1
    port: 5667
    encryption: xor             # a name or a number, as nsca.cfg counts them
    password_file: /etc/check_rlimit_passive/nsca.password
services:
  - service: broker fds
    process: { pid: 4711 }
    resource: nofile
    warning: 50
    critical: 80%
`;

/** A file that has every key, and every form of those that have several. */
export const everyKey = `host: gw01
heartbeat: 5m
state_directory: /var/lib/check_rlimit_passive
status_socket: /run/check_rlimit_passive/status.sock
metrics_file: agent.prom
btf_file: gateway.btf
destinations:
  - { type: nsca, server: 127.0.0.1, port: 5667, encryption: xor, password_file: nsca.password }
services:
  - service: broker fds
    process: { unit: broker.service }
    inherit: false
    resource: nofile
    warning: 50
    critical: 10:90%
    absent: critical
    least_limit: 64
    report_every: 10%
    hold: 5s
    on_warning: { signal: SIGUSR1 }
    on_critical:
      - { raise_limit: 50%, up_to: 4096, at_most: 3 per 10m }
      - { restart_unit: broker.service, at_most: 1 per 1h }
    on_ok: { run: [/usr/local/bin/collect, --now] }
  - { service: a, process: { pid: 4711 }, resource: nofile, warning: 1, report_every: 20 }
  - { service: b, process: { pidfile: /run/b.pid }, resource: nofile, warning: 2 }
  - { service: c, process: { exe: /usr/sbin/c }, resource: nofile, warning: 3 }
  - { service: d, process: { command: d }, resource: nofile, warning: 4 }
  - { service: e, process: { cgroup: /system.slice/e.service }, resource: nofile, warning: 5 }
  - { service: f, process: { user: mosquitto }, resource: nofile, warning: 6 }
  - { service: g, process: all, resource: nofile, warning: 7 }
`;

/** The example with its first `old` replaced. */
export function exampleWith(old: string, replacement: string): string {
  if (!example.includes(old)) throw new Error(`not in the example: ${old}`);
  // A function, since a string's $ would be a pattern.
  return example.replace(old, () => replacement);
}

/** The error about a text that is wrong, for the JSON Schema as well. */
export function errorOf(text: string, options?: Parameters<typeof parseConfig>[2]): ConfigError {
  try {
    parseConfig(text, 'f.yaml', options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    mustBeRefused(text, error);
    return error;
  }
  throw new Error('the text is valid');
}

/** The configuration that a text means, for the JSON Schema as well. */
export function valid(text: string, file = 'f.yaml'): Config {
  const config = parseConfig(text, file);
  mustBeTaken(text);
  return config;
}

/** The configuration that the example is with another first line, such as `heartbeat: 5m`. */
export function configWith(line: string): Config {
  return valid(`${line}\n${example}`, '/etc/crp/config.yaml');
}

/** What is wrong with the example with another first line, without the file's name. */
export function problemWith(line: string): string {
  return errorOf(`${line}\n${example}`).message.replace(/^f\.yaml:/, '');
}

/** The service of the example with this as its last line. */
export function serviceWith(line: string): Service {
  const [service] = valid(`${example}    ${line}\n`).services;
  if (!service) throw new Error('no service');
  return service;
}

/** What is wrong with the service of the example with this as its last line, line 14, from its column on. */
export function problemOfService(line: string): string {
  return errorOf(`${example}    ${line}\n`).message.replace(/^f\.yaml:14:/, '');
}

/** The selector of the example with these keys in its place. */
export function selectorWith(keys: string): Service['process'] {
  const [service] = valid(exampleWith('pid: 4711', keys)).services;
  if (!service) throw new Error('no service');
  return service.process;
}
