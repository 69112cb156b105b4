import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  configJsonSchema,
  loadConfig,
  showConfig,
  unreadDropIns,
  type Config,
} from '../../src/config/index.js';
import { examineDestinationHere } from '../../src/destinations/index.js';
import { findProcesses, selectorText, type Found } from '../../src/selection/index.js';
import { durationName, printable } from '../../src/text/index.js';
import { EXIT_OK, EXIT_UNKNOWN } from '../exit-codes.js';
import { placed } from '../options/places.js';
import { printLine, printText } from '../output/output.js';

/** Processes of a service that are named. */
const MOST_NAMED = 10;

/** `check_rlimit_passive config schema`: for editors. */
export function schema(): void {
  printText(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}

/** `check_rlimit_passive config show FILE`: with every default, and without what may be secret. */
export function show(file: string): void {
  const { stateDirectory = '', statusSocket = '' } = placed(loadConfig(file, { destinations: 'optional' }), {
    dryRun: false,
  });
  const places = { state_directory: stateDirectory, status_socket: statusSocket };
  printText(showConfig(file, places, { destinations: 'optional' }));
}

/**
 * `check_rlimit_passive config check FILE`: whether an agent of this user could begin with it, and who would be watched
 * now. It looks at this machine only, needs no right, and says what it could not see.
 *
 * @returns the exit status
 */
export async function check(file: string): Promise<number> {
  const config = loadConfig(file, { destinations: 'optional' });
  printLine(`${file} is valid: host ${config.host}, ${heartbeatText(config)}`);
  for (const name of unreadDropIns(file))
    tell('conf.d', `${name} is not read: only names that end in .yaml are, and begin with no dot`);
  const { metricsFile } = config;
  // It keeps no agent from beginning.
  if (metricsFile !== undefined && !existsSync(dirname(metricsFile)))
    tell('metrics_file', `${dirname(metricsFile)} is not there, and the agent does not make it`);
  let isWell = config.destinations.length > 0;
  if (!isWell) tell('destinations', 'no: it has no destination; write at least one, such as - type: nsca');
  for (const settings of config.destinations) {
    const { name, answers = [] } = await examineDestinationHere(settings);
    for (const { status, text } of answers) {
      isWell &&= status === 'ok';
      tell(name, status === 'ok' ? text : `no: ${text}`);
    }
  }
  for (const service of config.services) isWell = (await checkService(service)) && isWell;
  return isWell ? EXIT_OK : EXIT_UNKNOWN;
}

type Service = Config['services'][number];

/** Returns whether an agent can begin with it. */
async function checkService(service: Service): Promise<boolean> {
  const { description, process: selector, inherit, resource, thresholds, absent } = service;
  const ranges = Object.entries(thresholds).map(([name, { text }]) => `${name} ${text}`);
  const found = await findProcesses(selector, inherit);
  tell(description, `${resource}, ${ranges.join(', ')}, of ${selectorText(selector)}: ${namesOf(found)}`);
  if (found.note !== undefined) tell(description, found.note);
  const isMissed = found.missing !== undefined && absent === undefined;
  if (isMissed) tell(description, `no: ${found.missing ?? ''}; start it first, or write absent:`);
  const problems = programsOf(service).flatMap(problemOf);
  for (const problem of problems) tell(description, `no: ${problem}`);
  return !isMissed && problems.length === 0;
}

function namesOf({ processes }: Found): string {
  const [first, ...others] = processes.slice(0, MOST_NAMED).map(({ name, pid }) => `${name}[${pid}]`);
  if (first === undefined) return 'nobody now';
  const more = processes.length - MOST_NAMED;
  const count = `${processes.length} ${processes.length === 1 ? 'process' : 'processes'}`;
  return `${count}, ${[first, ...others].join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function programsOf({ actions }: Service): string[] {
  const all = [...actions.warning, ...actions.critical, ...actions.ok];
  return [...new Set(all.flatMap((action) => (action.kind === 'run' ? [action.argv[0]] : [])))];
}

function problemOf(program: string): string[] {
  try {
    accessSync(program, constants.X_OK);
    return [];
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code !== 'ENOENT';
    return [
      `${program} ${isThere ? 'may not be executed by this user' : 'is not there'}, which it is to run`,
    ];
  }
}

function heartbeatText({ heartbeat }: Config): string {
  return heartbeat === undefined ? 'no heartbeat' : `heartbeat ${durationName(heartbeat)}`;
}

function tell(what: string, text: string): void {
  printLine(printable(`${what}: ${text}`));
}
