import { parseArgs } from 'node:util';

export const usage = `usage: npm run soak -- [--minutes N] [--births N]

  --minutes N  how long it lasts (default: 60); what lasts ten or more is kept in bench/results/soak.json
  --births N   processes that are born in an hour (default: 1000000)
`;

export interface Options {
  readonly minutes: number;
  /** In an hour. */
  readonly births: number;
}

/** What was asked for cannot be done. The message is one line. */
export class UsageError extends Error {}

/** Undefined when only the usage was asked for. */
export function parseOptions(argv: readonly string[]): Options | undefined {
  const { help, minutes, births } = parsed(argv);
  if (help) return undefined;
  return { minutes: positive('--minutes', minutes), births: positive('--births', births) };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        minutes: { type: 'string', default: '60' },
        births: { type: 'string', default: '1000000' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`${name} ${text}: a whole number from 1 on`);
  return value;
}
