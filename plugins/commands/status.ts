import { isatty } from 'node:tty';
import { askStatus, prometheusText, statusText } from '../../src/control/index.js';
import { requireNetwork } from '../node-permission.js';
import { CommandError } from '../exit-codes.js';
import { printLine, printText } from '../output/output.js';
import { configuredSocket } from '../options/socket.js';

export interface StatusOptions {
  readonly json?: boolean;
  readonly format?: StatusFormat;
  readonly socket?: string;
  readonly config?: string;
  readonly verbose?: boolean;
}

/** `json`: what `--json` prints. */
export type StatusFormat = 'text' | 'json' | 'prometheus';

/** The most processes of a service that are shown unless all are asked for. */
const MOST_PROCESSES = 5;
/** Of a terminal, where standard output is none. */
const COLUMNS = 80;

/** `check_rlimit_passive status`: what the running agent tells of itself. */
export async function status({ json, format, socket, config, verbose }: StatusOptions): Promise<void> {
  if (json && format !== undefined && format !== 'json')
    throw new CommandError(`--json and --format ${format} are two formats: give one of them`);
  requireNetwork();
  const answer = await askStatus(socket ?? (await configuredSocket(config)));
  if (json || format === 'json') {
    printLine(JSON.stringify(answer));
    return;
  }
  if (format === 'prometheus') {
    printText(prometheusText(answer));
    return;
  }
  // Asked of anything else, Node would make it non-blocking, for others as well.
  const columns = isatty(1) ? process.stdout.columns : COLUMNS;
  const layout = { now: Date.now(), columns, processes: verbose ? Infinity : MOST_PROCESSES };
  for (const line of statusText(answer, layout)) printLine(line);
}
