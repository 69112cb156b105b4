import { readFileSync } from 'node:fs';
import { commandLine, CommanderError } from './command-line.js';
import { EXIT_UNKNOWN } from './exit-codes.js';
import { standardErrorLog } from './output/log.js';
import { messageOf } from './node-permission.js';
import { nodeProblem } from './node-version.js';

/** One line, and UNKNOWN. An error that nobody foresaw is told as one, without its stack. */
function fail(problem: unknown): never {
  standardErrorLog()('error', messageOf(problem));
  process.exit(EXIT_UNKNOWN);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

/** From dist/bin/ up to the package, and from dist/plugins/, of which that is made. */
const { version, engines } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as {
  version: string;
  engines: { node: string };
};

/** Commander takes an unknown command for an argument of the default one, or of the one that has commands of its own. */
function usageProblem({ code, message }: CommanderError): string {
  if (code !== 'commander.excessArguments') return message.replace(/^error: /, '');
  const [, command = 'config'] = / for '([\w-]+)'/.exec(message) ?? [];
  return command === 'config'
    ? 'there is no such command: see --help'
    : `too many words after ${command}: see its --help`;
}

const problem = nodeProblem(process.versions.node, engines.node);
if (problem !== undefined) fail(problem);

// Not awaited here: a module that waits cannot be put into a file with others (scripts/bundle.ts).
commandLine(version)
  .parseAsync()
  .catch((error: unknown) => {
    // Help and version have been printed; the guidelines give them UNKNOWN as well.
    if (error instanceof CommanderError && error.exitCode === 0) process.exit(EXIT_UNKNOWN);
    if (error instanceof CommanderError) fail(usageProblem(error));
    fail(error);
  });
