import { parseArgs } from 'node:util';
import { NODES, type Node } from './nodes.js';
import { SUITES, type Suite } from './suites.js';

export const usage = `usage: npm run test:nodes -- [--only VERSION]... [--suite SUITE]... [--quick] [--write]

  --only VERSION  ${NODES.join(', ')}, or the beginning of one; may be given more than once (default: all)
  --suite SUITE   ${SUITES.join(', ')}; may be given more than once (default: all)
  --quick         without the tests that take half a minute or more each
  --write         writes what it shows into docs/platforms.md, passed or not
`;

export interface Options {
  readonly nodes: readonly Node[];
  readonly suites: readonly Suite[];
  readonly quick: boolean;
  readonly write: boolean;
}

/** What was asked for cannot be done. The message is one line. */
export class UsageError extends Error {}

/** Undefined when only the usage was asked for. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const { help, only, suite, quick, write } = parsed(argv);
  if (help) return undefined;
  const nodes = NODES.filter((node) => only?.some((wanted) => `${node}.`.startsWith(`${wanted}.`)) ?? true);
  const unknown = only?.find((wanted) => !NODES.some((node) => `${node}.`.startsWith(`${wanted}.`)));
  if (unknown !== undefined) throw new UsageError(`--only: "${unknown}" is none of ${NODES.join(', ')}`);
  const suites = SUITES.filter((name) => suite?.includes(name) ?? true);
  const wrong = suite?.find((name) => !(SUITES as readonly string[]).includes(name));
  if (wrong !== undefined) throw new UsageError(`--suite: "${wrong}" is none of ${SUITES.join(', ')}`);
  return { nodes, suites, quick, write };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        suite: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
