import { readFileSync } from 'node:fs';
import { commandLine, CommanderError } from './command-line.js';
import { EXIT_UNKNOWN } from './exit-codes.js';
import { standardErrorLog } from './log.js';

/** From dist/plugins/ up to the package. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** One line, and UNKNOWN. An error that nobody foresaw is told as one, without its stack. */
function fail(problem: unknown): never {
  standardErrorLog()('error', problem instanceof Error ? problem.message : String(problem));
  process.exit(EXIT_UNKNOWN);
}

/** Commander takes an unknown command for an argument of the default one. */
function usageProblem({ code, message }: CommanderError): string {
  if (code === 'commander.excessArguments') return 'there is no such command: see --help';
  return message.replace(/^error: /, '');
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

try {
  await commandLine(version).parseAsync();
} catch (error) {
  // Help and version have been printed; the guidelines give them UNKNOWN as well.
  if (error instanceof CommanderError && error.exitCode === 0) process.exit(EXIT_UNKNOWN);
  if (error instanceof CommanderError) fail(usageProblem(error));
  fail(error);
}
