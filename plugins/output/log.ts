import { fstatSync } from 'node:fs';
import type { Log } from '../../src/log/index.js';
import { asLine, errorLine, writeError } from './output.js';

type LogLevel = Parameters<Log>[0];

/** The priorities of syslog(3), which sd-daemon(3) takes from the start of a line. */
const priorities: Record<LogLevel, number> = { error: 3, warning: 4, notice: 5, detail: 6 };
/** An error is told as what ends a command is: its name is enough. */
const words: Record<LogLevel, string> = { error: '', warning: 'warning: ', notice: '', detail: '' };

/** The log on standard error. */
export function standardErrorLog({ verbose = false } = {}): Log {
  const log = (level: LogLevel, message: string) => {
    if (level !== 'detail' || verbose) writeError(logLine(level, message));
  };
  return Object.assign(log, { omitsDetails: !verbose });
}

/** One line: with a priority for the journal, with a word for people. */
export function logLine(level: LogLevel, message: string): string {
  isInJournal ??= isJournal(process.env['JOURNAL_STREAM']);
  return isInJournal ? asLine(`<${priorities[level]}>${message}`) : errorLine(`${words[level]}${message}`);
}

let isInJournal: boolean | undefined;

/**
 * Whether standard error goes to the journal: it is the stream that systemd named (systemd.exec(5)), and not
 * only a variable that was inherited.
 */
function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(2, { bigint: true });
  return stream === `${dev}:${ino}`;
}
