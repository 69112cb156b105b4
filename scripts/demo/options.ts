import { Command, InvalidArgumentError, Option } from 'commander';
import { type Config, ConfigError, parseConfig } from '../../src/config/index.js';
import { parseEncryption, Password } from 'nsca-client';
import { Secret } from 'nsca-ng-client';

export interface Server {
  readonly host: string;
  readonly port: number;
}

export interface DemoOptions {
  /** A real one; the demo receives by itself without it. */
  readonly server?: Server;
  readonly type: 'nsca' | 'nsca-ng';
  /** Of nsca. */
  readonly encryption: string;
  readonly passwordFile?: string;
  /** Of nsca-ng. */
  readonly identity: string;
  readonly keyFile?: string;
  readonly host: string;
  readonly service: string;
}

/** The names are those of nagios-config/, so that whoever has copied that sees the demo in Nagios at once. */
export function demoCommand(action: (options: DemoOptions) => Promise<void>): Command {
  return new Command('npm run demo --')
    .description(
      'Shows a descriptor leak being told to an NSCA or NSCA-ng server as it happens; takes ten seconds.',
    )
    .option(
      '--server <host:port>',
      'send to this server; without it the demo brings a receiver of its own',
      parseServer,
    )
    .addOption(new Option('--type <type>', 'the protocol').choices(['nsca', 'nsca-ng']).default('nsca'))
    .option(
      '--encryption <method>',
      "of nsca: a name, or nsca.cfg's number",
      checked((method) => parseEncryption(method)),
      'xor',
    )
    .option(
      '--password-file <file>',
      'of nsca: a file with the password, that others may not read',
      checked((file) => Password.fromFile(file)),
    )
    .option('--identity <name>', "of nsca-ng: that of the server's authorize section", 'gw01')
    .option(
      '--key-file <file>',
      'of nsca-ng: a file with the key, that others may not read',
      checked((file) => Secret.fromFile(file, 'key')),
    )
    .option(
      '--host <name>',
      'the host as the server names it',
      checked((name) => configWith(name, 'x')),
      'gw01',
    )
    .option(
      '--service <name>',
      'the service description',
      checked((name) => configWith('x', name)),
      'broker fds',
    )
    .helpOption('-h, --help', 'show this')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .action(action);
}

/** `192.0.2.1:5667`, `nagios.example:5667` or `[2001:db8::1]:5667` */
function parseServer(text: string): Server {
  const match = /^(?:\[([^\]\s]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A server is HOST:PORT, such as 192.0.2.1:5667.');
  return { host, port };
}

/** Takes the text as it is, if the check does not throw. */
function checked(check: (text: string) => unknown): (text: string) => string {
  return (text) => {
    try {
      check(text);
      return text;
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

/** What the configuration file refuses, this refuses, without the place in a file that nobody wrote. */
function configWith(host: string, service: string): Config {
  const process = { pid: 1 };
  const destinations = [{ type: 'nsca', server: 'localhost' }];
  const file = { host, destinations, services: [{ service, process, resource: 'nofile', warning: 1 }] };
  try {
    return parseConfig(JSON.stringify(file), '');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Error(`It ${error.problem}`, { cause: error });
  }
}
