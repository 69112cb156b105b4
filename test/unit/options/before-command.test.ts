import { describe, expect, it } from '@jest/globals';
import { commandLine } from '../../../plugins/command-line.js';

/** Each option of the agent, as it may be written. */
const MAIN_OPTIONS: readonly (readonly string[])[] = [
  ['-c', 'FILE'],
  ['--config', 'FILE'],
  ['--once'],
  ['--timeout', '5'],
  ['--dry-run'],
  ['--hostname', 'gw02'],
  ['--verbose'],
  ['--attach', 'kprobe'],
  ['--critical', '5'],
  ['--warning', '5'],
  ['--pid', '1'],
  ['--pidfile', 'FILE'],
  ['--exe', 'FILE'],
  ['--command', 'NAME'],
  ['--unit', 'UNIT'],
  ['--cgroup', 'PATH'],
  ['--user', 'USER'],
  ['--all'],
  ['--resource', 'nproc'],
];

/** Of each command: what it needs behind it, what of the agent's it takes before it, and what it has behind it only. */
const COMMANDS: Readonly<
  Record<string, { readonly needs?: string[]; readonly takes?: string[]; readonly behind?: string[] }>
> = {
  setup: { takes: ['-c', '--config', '--hostname'] },
  status: { takes: ['-c', '--config'], behind: ['--verbose'] },
  top: { takes: ['-c', '--config'] },
  history: { takes: ['-c', '--config'], behind: ['--verbose'] },
  events: { needs: ['--pid', '1'], behind: ['--pid', '--resource', '--attach'] },
  doctor: { takes: ['-c', '--config'] },
  btf: { needs: ['--vmlinux', 'vmlinux'] },
  generate: { needs: ['nagios'], takes: ['-c', '--config'] },
  receive: {},
  precompile: {},
  config: { needs: ['check', 'FILE'] },
};

/** The command line up to the point where a command is done, and what it is given then. */
function given(...words: string[]) {
  const program = commandLine('0');
  let options: Record<string, unknown> | undefined;
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...commands])
    command.action(() => {
      options = command.opts();
    });
  return program.parseAsync(words, { from: 'user' }).then(() => options);
}

const nameOf = (option: string) => (option === '-c' || option === '--config' ? 'config' : option.slice(2));

const pairs = Object.entries(COMMANDS).flatMap(([command, { needs = [], takes = [], behind = [] }]) =>
  MAIN_OPTIONS.map(([option = '', ...value]) => ({
    words: [option, ...value, command, ...needs],
    option,
    value: value[0],
    command,
    isTaken: takes.includes(option),
    problem: behind.includes(option) ? `${option} goes behind ${command}` : `${command} takes no ${option}`,
  })),
);

describe('an option of the agent before a command', () => {
  it('is any of these, before any of these', () => {
    const program = commandLine('0');
    expect(program.commands.map((command) => command.name()).toSorted()).toEqual(
      Object.keys(COMMANDS).toSorted(),
    );
    expect(program.options.map(({ long, short }) => long ?? short).toSorted()).toEqual(
      [...MAIN_OPTIONS.map(([option]) => option), '--version'].toSorted(),
    );
  });

  it.each(pairs.filter(({ isTaken }) => isTaken))(
    '$words is as behind it',
    async ({ words, option, value }) => {
      expect(await given(...words)).toMatchObject({ [nameOf(option)]: value });
    },
  );

  it.each(pairs.filter(({ isTaken }) => !isTaken))(
    '$words is refused: $problem',
    async ({ words, problem }) => {
      await expect(given(...words)).rejects.toThrow(
        expect.objectContaining({ name: 'CommandError', message: problem }),
      );
    },
  );

  it('gives way to the same one behind it', async () => {
    expect(await given('-c', 'before', 'status', '-c', 'behind')).toMatchObject({ config: 'behind' });
  });

  it('is not there twice', async () => {
    await expect(given('-c', 'one', '--config', 'two', 'status')).rejects.toThrow(
      '-c and --config mean the same here: give one of them',
    );
  });
});
