import { isatty } from 'node:tty';
import { historyFile, historyText, readHistory, type ServiceHistory } from '../../src/history/index.js';
import { printable } from '../../src/text/index.js';
import { CommandError } from '../exit-codes.js';
import { defaultStateDirectory } from '../options/places.js';
import { printLine } from '../output/output.js';
import { isColoured, isUtf8 } from '../output/terminal-signs.js';

export interface HistoryOptions {
  readonly config?: string | undefined;
  readonly service?: string;
  readonly json?: boolean;
  readonly ascii?: boolean;
  readonly verbose?: boolean;
}

/** The most crossings of a service that are shown unless all are asked for. */
const MOST_CROSSINGS = 10;
/** Of a terminal, where standard output is none. */
const COLUMNS = 80;

/** `check_rlimit_passive history`: the last crossings of each service, also while no agent runs. */
export async function history(options: HistoryOptions): Promise<void> {
  const path = historyFile(await directoryOf(options));
  const services = named(readHistory(path), options.service, path);
  if (options.json) {
    printLine(JSON.stringify({ services }));
    return;
  }
  // Asked of anything else, Node would make it non-blocking, for others as well.
  const isTerminal = isatty(1);
  const layout = {
    columns: isTerminal ? process.stdout.columns : COLUMNS,
    crossings: options.verbose ? Infinity : MOST_CROSSINGS,
    ascii: options.ascii === true || !isUtf8(process.env),
    colours: isTerminal && isColoured(process.env),
  };
  for (const line of historyText(services, layout)) printLine(line);
}

async function directoryOf({ config: file }: HistoryOptions): Promise<string> {
  if (file === undefined) return defaultStateDirectory();
  const { load } = await import('../options/load-config.js');
  return load({ what: { kind: 'file', path: file }, dryRun: true }).stateDirectory ?? defaultStateDirectory();
}

function named(
  services: readonly ServiceHistory[],
  name: string | undefined,
  path: string,
): readonly ServiceHistory[] {
  const found = services.filter(({ description }) => name === undefined || description === name);
  if (found.length > 0 || name === undefined) return found;
  const there = services.map(({ description }) => description).join(', ');
  throw new CommandError(
    printable(`--service: there is no ${JSON.stringify(name)} in ${path}, but ${there}`),
  );
}
