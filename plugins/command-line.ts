import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ATTACH_MODES, LevelError, MAX_LEVELS, parseLevel, type Level } from '../src/rlimit-events/index.js';
import { doctor } from './doctor.js';
import { events, type EventsOptions } from './events.js';
import { CommandError } from './exit-codes.js';
import { generate, servers, type GenerateOptions } from './generate.js';
import { receive, type ReceiveOptions } from './receive.js';
import { run, type RunOptions } from './run.js';

const EXAMPLE = `
A configuration file, with the thresholds of the Monitoring Plugins guidelines (README.md tells every key):
  destinations:
    - { type: nsca, server: 192.0.2.1, encryption: rijndael-128, password_file: nsca.password }
  services:
    - { service: broker fds, process: { pid: 4711 }, resource: nofile, warning: 50%, critical: 80% }`;

/** The options of every command, and what each calls. */
export function commandLine(version: string): Command {
  const program = new Command('check_rlimit_passive')
    .description(
      'Watches processes cross levels of their resource limits, and pushes each change of state to Nagios or Icinga.',
    )
    .usage('-c FILE [--dry-run]')
    .version(version, '-V, --version', 'print the version')
    .option('-c, --config <file>', 'the configuration file')
    .option('--dry-run', 'print each result as a line for send_nsca -ds 0x0a, and send nothing')
    .addOption(attachOption())
    .option('-v, --verbose', 'print each result that was sent to standard error')
    .addHelpText('after', EXAMPLE)
    .action((options: Partial<RunOptions>) => {
      if (options.config === undefined)
        throw new CommandError('give the configuration file: check_rlimit_passive -c FILE, or see --help');
      run({ ...options, config: options.config });
    });

  program
    .command('events')
    .description('print the raw events of a process as JSON Lines')
    .requiredOption('--pid <pid>', 'the process to watch', parsePid)
    .addOption(new Option('--resource <name>', 'the resource').choices(['nofile']).default('nofile'))
    .option(
      '--level <level>',
      'a count, or a share of the soft limit like 80%; can be repeated',
      collectLevel,
      [],
    )
    .option('--step <count>', 'every multiple of this, too; 1 for every unit of change', parseStep, 0)
    .addOption(attachOption())
    .option('--no-inherit', 'leave children out')
    .action((options: EventsOptions) => {
      if (options.level.length === 0 && options.step === 0)
        throw new CommandError('give at least one --level or a --step');
      events(options);
    });

  program
    .command('doctor')
    .description('tell what works on this machine, and why what does not')
    .action(() => {
      process.exitCode = doctor();
    });

  program
    .command('generate')
    .description('print what a central server has to be told of the configuration given by -c')
    .addArgument(new Argument('<server>', 'the central server').choices(servers))
    .option('--with-host', 'define the host, too')
    .action((server: string, _options: unknown, command: Command) => {
      // -c belongs to the program, and so commander gives it there.
      const { config, ...options } = command.optsWithGlobals<Partial<GenerateOptions>>();
      if (config === undefined)
        throw new CommandError(`give the configuration file: generate ${server} -c FILE`);
      generate(server, { ...options, config });
    });

  program
    .command('receive')
    .description('listen as an NSCA server and print what arrives')
    .option('--address <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <port>', 'the port, 0 for any free one', parsePort, 5667)
    .option('--encryption <method>', "a name, or nsca.cfg's number", 'xor')
    .option('--password-file <file>', 'a file with the password, that others may not read')
    .action((options: ReceiveOptions) => receive(options));

  for (const command of [program, ...program.commands])
    command
      .exitOverride()
      .helpOption('-h, --help', 'show this')
      .allowExcessArguments(false)
      .configureOutput({ outputError: () => undefined });
  return program;
}

export { CommanderError };

function attachOption(): Option {
  return new Option('--attach <mode>', 'how the kernel is watched: auto takes the cheapest that works here')
    .choices(['auto', ...ATTACH_MODES])
    .default('auto');
}

function parseStep(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A step is a whole number from 1 on.');
}

function parsePid(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A process id is a whole number from 1 on.');
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}

function collectLevel(text: string, previous: readonly Level[]): Level[] {
  try {
    const levels = [...previous, parseLevel(text)];
    if (levels.length > MAX_LEVELS) throw new LevelError(`more than ${MAX_LEVELS} levels`);
    return levels;
  } catch (error) {
    if (error instanceof LevelError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
