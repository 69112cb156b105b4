import * as z from 'zod';
import { wants, writtenAs } from '../schema/index.js';
import { keptName, LONGEST_NAME } from './comm.js';
import { NOTHING_TO_KEEP, type SelectorKind } from './selector.js';

/** The processes of a name. */
export interface CommandSelector {
  readonly kind: 'command';
  /** As in /proc/PID/comm: at most 15 bytes. */
  readonly name: string;
}

export const command: SelectorKind<CommandSelector> = {
  kind: 'command',
  schema: () =>
    writtenAs(
      z
        .string(wants('the name of a command', 'command: broker'))
        .min(1, wants('the name of a command', 'command: broker'))
        .superRefine((name, context) => {
          const problem = problemOf(name);
          if (problem !== undefined) context.addIssue(problem);
        })
        .transform((name) => ({ kind: 'command', name })),
      // Letters, which have a byte at least.
      () => ({ pattern: String.raw`^[^\0\n\p{Cs}]+$`, maxLength: LONGEST_NAME }),
    ),
  text: {
    about: 'whoever has that name, as in `/proc/PID/comm` (at most 15 bytes)',
    example: 'sshd',
  },
  matches: ['command'],
  start(group, selector, log) {
    if (group.match(selector).length === 0 && selector.name.startsWith('/'))
      log(
        'notice',
        `nobody has the name ${selector.name} now; if it is the path of a program, write exe: with it`,
      );
    return NOTHING_TO_KEEP;
  },
  find: (selector, processes) => ({
    pids: processes.filter(({ name }) => name === selector.name).map(({ pid }) => pid),
  }),
};

function problemOf(name: string): string | undefined {
  // The kernel takes any other byte, but /proc/PID/comm ends with a newline.
  if (/[\0\n\p{Cs}]/u.test(name)) return 'has a NUL or a newline; write the name as /proc/PID/comm has it';
  const length = Buffer.byteLength(name);
  if (length <= LONGEST_NAME) return undefined;
  const kept = keptName(name);
  const remedy =
    kept === undefined
      ? 'which cuts a letter here, use exe:'
      : name.startsWith('/')
        ? `write ${JSON.stringify(kept)}, or exe: if it is the path of a program`
        : `write ${JSON.stringify(kept)}`;
  return `is ${length} bytes long; the kernel keeps ${LONGEST_NAME} of a name, ${remedy}`;
}
