import { Argument, Command, CommanderError, Option } from 'commander';
import type { BtfOptions } from './commands/btf.js';
import type { DoctorOptions } from './commands/doctor.js';
import type { EventsOptions } from './commands/events.js';
import { CommandError } from './exit-codes.js';
import type { GenerateOptions } from './commands/generate.js';
import { takeOver } from './options/before-command.js';
import { SELECTORS, usageOf, type MainOptions } from './options/main-options.js';
import {
  attachOption,
  btfOption,
  collect,
  parsePid,
  parsePort,
  parseTimeout,
} from './options/option-values.js';
import type { HistoryOptions } from './commands/history.js';
import type { ReceiveOptions } from './commands/receive.js';
import type { Options as SetupOptions } from './commands/setup.js';
import type { StatusOptions } from './commands/status.js';
import type { TopOptions } from './commands/top.js';

/** How the options that select processes are told together. */
export const SELECTOR = `
Instead of a file, with --once or --dry-run, one selector and its thresholds:
  --pid N, --pidfile F, --exe F, --command NAME, --unit U, --cgroup P, --user U,
  or --all
  -w, --warning RANGE  -c, --critical RANGE, such as 50, 80% or 10:90%
  --resource NAME, such as as with -c 512MiB; nofile by default`;

/** Of each command by its name, what one may write. For --help and for the manual. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  check_rlimit_passive: [
    '-c /etc/check_rlimit_passive/config.yaml',
    '--once --command rsyslogd -w 50% -c 80%',
  ],
  status: ['status --verbose', 'status --format prometheus'],
  top: ['top', 'top -c /etc/check_rlimit_passive/config.yaml >> crossings.log'],
  history: ['history', 'history --service "open files" --verbose'],
  events: ['events --pid 4711 --level 80%'],
  doctor: ['doctor -c /etc/check_rlimit_passive/config.yaml'],
  generate: ['generate nagios -c /etc/check_rlimit_passive/config.yaml --with-host'],
  btf: ['btf --vmlinux vmlinux > RELEASE.btf'],
  receive: ['receive --address 0.0.0.0 --encryption rijndael-128 --password-file nsca.password'],
  precompile: ['precompile'],
  setup: [
    'setup',
    'setup --type nsca --server mon1 --set encryption=rijndael-128 --key-file nsca.password --test',
  ],
  config: ['config check /etc/check_rlimit_passive/config.yaml'],
  check: ['config check /etc/check_rlimit_passive/config.yaml'],
  show: ['config show /etc/check_rlimit_passive/config.yaml'],
  schema: ['config schema > check_rlimit_passive.schema.json'],
};

/**
 * The options of every command, and what each calls. A command is loaded when it is called: what it needs
 * can take ten times as long to load as its options.
 */
export function commandLine(version: string): Command {
  const program = new Command('check_rlimit_passive')
    .description('Pushes it to Nagios or Icinga when processes cross levels of resource limits.')
    .usage('-c FILE [options]')
    .version(version, '-V, --version', 'print the version')
    .addOption(new Option('-c <value>', 'the configuration file'))
    .option('--once', 'evaluate all, deliver, print the worst, exit 0 to 3')
    .option('-t, --timeout <seconds>', 'for --once; 10 by default', parseTimeout)
    .option('--dry-run', 'print results for send_nsca -ds 0x0a, send nothing')
    .option('-H, --hostname <name>', "the host's name on the server")
    .option('-v, --verbose', 'tell each result that was sent')
    .addOption(attachOption())
    .enablePositionalOptions()
    .hook('preSubcommand', takeOver)
    .addHelpText('after', SELECTOR)
    .action(async (options: MainOptions) => {
      const usage = usageOf(options);
      if (usage.once) {
        const { once } = await import('./commands/once.js');
        process.exit(await once(usage));
      } else {
        const { loadForAgent } = await import('./options/load-config.js');
        const { run } = await import('./commands/run.js');
        await run((again) => loadForAgent(usage, again), { ...usage, version });
      }
    });
  for (const flags of [
    '--config <file>',
    '--critical <range>',
    '-w, --warning <range>',
    ...Object.entries(SELECTORS).map(([key, value]) => `--${key}${value === undefined ? '' : ` <${value}>`}`),
    '--resource <resource>',
  ])
    program.addOption(new Option(flags).hideHelp());

  program
    .command('setup')
    .description('ask for the destination, write the configuration file, send a test result')
    .option(
      '-c, --config <file>',
      'the file to write, which nobody has written yet; /etc/check_rlimit_passive/config.yaml by default',
    )
    .option('--type <type>', 'the kind of destination')
    .option('--server <server>', 'its name, its address or its URL; of a program, its command line')
    .option(
      '--key-file <file>',
      'a file with the password, key or token; if it is not there, it is made beside the configuration file, of what is typed or of a line of standard input',
    )
    .option('-H, --hostname <name>', "the host's name on the server; the machine's by default")
    .option(
      '--set <key=value>',
      'another key of the destination, such as encryption=rijndael-128; can be repeated',
      collect,
    )
    .option('--test', 'send a test result of the first service, and tell what the server says')
    .option('--no-test', 'send none')
    .action(async (options: SetupOptions) => {
      const { setup } = await import('./commands/setup.js');
      await setup(options);
    });

  program
    .command('status')
    .description('tell what the running agent watches and sends')
    .option('--json', 'as one JSON document')
    .addOption(
      new Option('--format <format>', 'text for people, by default; json is --json').choices([
        'text',
        'json',
        'prometheus',
      ]),
    )
    .option('--socket <file>', 'its status socket')
    .option('-c, --config <file>', 'its configuration file, which may name the socket')
    .option('-v, --verbose', 'all processes of a service')
    .action(async (options: StatusOptions) => {
      const { status } = await import('./commands/status.js');
      await status(options);
    });

  program
    .command('top')
    .description('show what the running agent watches and sends, as it changes')
    .option('--socket <file>', 'its status socket')
    .option('-c, --config <file>', 'its configuration file, which may name the socket')
    .action(async (options: TopOptions) => {
      const { top } = await import('./commands/top.js');
      await top(options);
    });

  program
    .command('history')
    .description('show the last crossings of each service, also while no agent runs')
    .option('-c, --config <file>', 'the configuration file, which may name the state directory')
    .option('--service <name>', 'of this service only')
    .option('--json', 'as one JSON document, all that is kept')
    .option('--ascii', 'only signs that every terminal has, as where the locale is not UTF-8')
    .option('-v, --verbose', 'all that is kept; without it, the last 10 of each service')
    .action(async (options: HistoryOptions) => {
      const { history } = await import('./commands/history.js');
      await history(options);
    });

  program
    .command('events')
    .description('print the raw events of a process as JSON Lines')
    .requiredOption('--pid <pid>', 'the process to watch', parsePid)
    .addOption(
      new Option('--resource <resource>', 'the resource, by its name in limits.conf(5)').default('nofile'),
    )
    .option(
      '--level <level>',
      'a count, bytes like 512MiB, or a share of the soft limit like 80%; can be repeated',
      collect,
    )
    .option('--step <count>', 'every multiple of this, too; 1 for every unit of change')
    .addOption(attachOption())
    .addOption(btfOption())
    .option('--no-inherit', 'leave children out')
    .action(async (options: EventsOptions) => {
      const { events } = await import('./commands/events.js');
      events(options);
    });

  program
    .command('doctor')
    .description('tell what works on this machine, and what not')
    .option(
      '-c, --config <file>',
      'ask the destinations of this configuration file, too; changes nothing there',
    )
    .addOption(btfOption())
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./commands/doctor.js');
      await doctor(options);
    });

  program
    .command('btf')
    .description('make the file of types for a kernel that was built without BTF')
    .requiredOption('--vmlinux <file>', 'the uncompressed kernel, with DWARF or BTF')
    .action(async (options: BtfOptions) => {
      const { btf } = await import('./commands/btf.js');
      btf(options);
    });

  program
    .command('generate')
    .description('print what a central server has to be told of a file')
    .addArgument(new Argument('<server>', 'the central server').choices(['nagios', 'icinga2']))
    .option('-c, --config <file>', 'the configuration file')
    .option('--with-host', 'define the host, too')
    .action(async (server: string, { config, withHost = false }: Partial<GenerateOptions>) => {
      if (config === undefined)
        throw new CommandError(`give the configuration file: generate ${server} -c FILE`);
      const { generate } = await import('./commands/generate.js');
      generate(server, { config, withHost });
    });

  program
    .command('receive')
    .description('listen as an NSCA or NSCA-ng server and print what arrives')
    .addOption(new Option('--type <type>', 'the protocol').choices(['nsca', 'nsca-ng']).default('nsca'))
    .option('--address <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port, 0 for any free one; 5667 or 5668 by default', parsePort)
    .option('--encryption <method>', "of nsca: a name, or nsca.cfg's number", 'xor')
    .option('--password-file <file>', 'of nsca: a file with the password')
    .option('--identity <name>', 'of nsca-ng: who may send')
    .option('--key-file <file>', 'of nsca-ng: a file with the key, that others may not read')
    .action(async (options: ReceiveOptions) => {
      const { receive } = await import('./commands/receive.js');
      await receive(options);
    });

  program
    .command('precompile')
    .description('write what Node.js compiles of the program, for faster starts')
    .action(async () => {
      const { precompile } = await import('./commands/precompile.js');
      precompile();
    });

  const config = program
    .command('config')
    .description('check a configuration file, or show it with every default')
    .action(() => {
      throw new CommandError('give one of check, show and schema, such as: config check FILE');
    });
  config
    .command('check')
    .description('tell whether an agent could begin with it, and who would be watched now')
    .argument('<file>', 'the configuration file')
    .action(async (file: string) => {
      const { check } = await import('./commands/config.js');
      process.exitCode = await check(file);
    });
  config
    .command('show')
    .description('print it as YAML with every default, without secrets')
    .argument('<file>', 'the configuration file')
    .action(async (file: string) => {
      const { show } = await import('./commands/config.js');
      show(file);
    });
  config
    .command('schema')
    .description('print the JSON Schema of such a file, for editors')
    .action(async () => {
      const { schema } = await import('./commands/config.js');
      schema();
    });

  for (const command of [program, ...program.commands, ...config.commands])
    command
      .addHelpText('after', exampleOf(command.name()))
      .exitOverride()
      .helpOption('-h, --help', 'show this')
      .allowExcessArguments(false)
      .configureHelp({
        optionTerm: ({ flags }) => (flags === '-c <value>' ? '-c, --config <file>' : flags),
        subcommandTerm: (subcommand) => subcommand.name(),
      })
      .configureOutput({ outputError: () => undefined });
  return program;
}

function exampleOf(command: string): string {
  const lines = EXAMPLES[command] ?? [];
  return ['', 'For example:', ...lines.map((line) => `  check_rlimit_passive ${line}`)].join('\n');
}

export { CommanderError };
