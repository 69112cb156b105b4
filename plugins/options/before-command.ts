import type { Command } from 'commander';
import { CommandError } from '../exit-codes.js';
import { onlyOne, type MainOptions } from './main-options.js';

/** What means the same to the agent and to a command that has it; `-c` of the agent can be a range as well. */
const SAME: Readonly<Record<string, string>> = { c: 'config', config: 'config', hostname: 'hostname' };

/**
 * Gives a command what stands before its name, where that are options of the agent. Those behind its name go first.
 *
 * @throws CommandError for an option that would be left unread
 */
export function takeOver(agent: Command, command: Command): void {
  const { c, config } = agent.opts<MainOptions>();
  onlyOne('-c', c, '--config', config);
  for (const option of agent.options) {
    const value: unknown = agent.getOptionValue(option.attributeName());
    if (value === undefined) continue;
    const same = SAME[option.attributeName()];
    const name = same ?? option.attributeName();
    const written = String(option.long ?? option.short);
    if (!command.options.some((each) => each.attributeName() === name))
      throw new CommandError(`${command.name()} takes no ${written}`);
    if (same === undefined) throw new CommandError(`${written} goes behind ${command.name()}`);
    command.setOptionValue(name, value);
  }
}
