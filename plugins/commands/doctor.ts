import { loadConfig, type Config, type Service } from '../../src/config/index.js';
import { examineDestination, namesAsked, type Examination } from '../../src/destinations/index.js';
import { exitAtOnce } from '../../src/ffi/index.js';
import { giveThreads } from '../../src/lookup/index.js';
import { type Resource, RESOURCES } from '../../src/resources/index.js';
import { ATTACH_MODES, type AttachMode, exactness, RlimitEvents } from 'rlimit-events';
import { printable } from '../../src/text/index.js';
import { EXIT_OK, EXIT_UNKNOWN } from '../exit-codes.js';
import { requireNetwork } from '../node-permission.js';
import { printLine } from '../output/output.js';

const WIDTH = 10;

export interface DoctorOptions {
  /** A configuration file, whose destinations are asked as well. */
  readonly config?: string | undefined;
  /** A file with the kernel's types. */
  readonly btf?: string | undefined;
}

/**
 * `check_rlimit_passive doctor`: for each resource and attach mode whether it works here, if not, why, and how exact
 * it is. What can be said of all modes or all resources is said once.
 * The exit status is OK if any mode works for what the file has services of, or without a file for open files, and no
 * destination said that it would take nothing.
 */
export async function doctor({ config: file, btf }: DoctorOptions): Promise<never> {
  const config = file === undefined ? undefined : loadConfig(file, { destinations: 'optional' });
  if (config && config.destinations.length > 0) requireNetwork();
  if (config) giveThreads(namesAsked(config.destinations));
  const works = tellOfThisMachine(config?.services, findingBy(btf ?? config?.btfFile));
  const isWell = config === undefined || (await tellOfDestinations(config));
  // All is written. A name that nobody answers for would keep the process for as long as the resolver tries.
  exitAtOnce(works && isWell ? EXIT_OK : EXIT_UNKNOWN);
}

/** Returns whether any mode works for what the services are about; undefined: for open files. */
export function tellOfThisMachine(
  services: readonly Pick<Service, 'resource'>[] | undefined,
  findingOf: FindingOf,
  print: Print = printLine,
): boolean {
  const nofile = examine('nofile', findingOf);
  for (const [mode, finding] of nofile) print(line(mode, inWords(finding)));
  const best = findingOf('nofile', 'auto');
  print(line('auto', best.takes ? `takes ${best.takes}` : 'finds none that works'));
  if (best.typesFrom !== undefined) print(line('types', `of this kernel are from ${best.typesFrom}`));
  print('');
  for (const resource of Object.keys(RESOURCES) as Resource[])
    tell(resource, resource === 'nofile' ? nofile : examine(resource, findingOf), nofile, print);
  if (!services) return best.takes !== undefined;
  const problems = [...new Set(services.map(({ resource }) => resource))].flatMap((resource) => {
    const { problem } = resource === 'nofile' ? best : findingOf(resource, 'auto');
    return problem === undefined ? [] : [`has services of ${resource}, which cannot be watched: ${problem}`];
  });
  for (const problem of problems) print(line('file', problem));
  return problems.length === 0;
}

/** Asks them side by side. Returns whether none said that it would take nothing. */
async function tellOfDestinations({ host, services, destinations }: Config): Promise<boolean> {
  printLine('');
  if (destinations.length === 0) printLine('the file has no destinations');
  const named = services.map(({ description }) => ({ host, service: description }));
  const all = await Promise.all(destinations.map((settings) => examineDestination(settings, named)));
  const width = Math.max(...all.map(({ name }) => name.length));
  for (const examination of all)
    for (const text of textsOf(examination)) printLine(line(examination.name, text, width));
  return all.every(({ answers = [] }) => answers.every(({ status }) => status === 'ok'));
}

function textsOf({ answers }: Examination): string[] {
  if (!answers) return ['cannot be asked: only results can prove that it takes them'];
  return answers.map(({ status, text }) => printable(status === 'ok' ? text : `no: ${text}`));
}

/** What came of trying a mode. */
interface Finding {
  /** The mode, if it works. */
  readonly takes?: AttachMode;
  /** The file that the kernel's types are from, if they are not its own. */
  readonly typesFrom?: string | undefined;
  /** Why it does not. */
  readonly problem?: string;
  /** Why it may miss something. */
  readonly mayMiss?: string | undefined;
  /** What could not be tried of it. */
  readonly unproven?: string | undefined;
}

type Findings = ReadonlyMap<AttachMode, Finding>;

type Print = (text: string) => void;

export type FindingOf = (resource: Resource, attach: AttachMode | 'auto') => Finding;

function examine(resource: Resource, findingOf: FindingOf): Findings {
  return new Map(ATTACH_MODES.map((mode) => [mode, findingOf(resource, mode)]));
}

function inWords({ problem, mayMiss, unproven }: Finding): string {
  if (problem !== undefined) return `no: ${problem}`;
  const doubts = [
    ...(mayMiss === undefined ? [] : [`is not exact: ${mayMiss}`]),
    ...(unproven === undefined ? [] : [`is not proven to see everything: ${unproven}`]),
  ];
  return ['works', ...doubts].join(', but ');
}

function tell(resource: Resource, findings: Findings, ofAll: Findings, print: Print): void {
  const works = ATTACH_MODES.filter((mode) => findings.get(mode)?.takes);
  const texts = [...new Set(works.map((mode) => exactness(resource, mode)))];
  for (const text of texts) {
    const modes = works.filter((mode) => exactness(resource, mode) === text);
    print(line(resource, `${modes.join(', ')}: ${text}`));
  }
  for (const [mode, finding] of findings) {
    const words = inWords(finding);
    if (words !== 'works' && words !== inWords(ofAll.get(mode) ?? {}))
      print(line(resource, `${mode}: ${words}`));
  }
  if (works.length === 0) print(line(resource, 'no mode works'));
}

function line(what: string, text: string, width = WIDTH): string {
  return `${what.padEnd(width)}  ${text}`;
}

/** On this kernel. */
function findingBy(btfFile: string | undefined): FindingOf {
  return (resource, attach) => {
    try {
      const descriptor = new RlimitEvents(() => undefined, { attach, resources: [resource], btfFile });
      descriptor.close();
      const { attach: takes, mayMiss, unproven, typesFrom } = descriptor;
      return { takes, mayMiss, unproven, typesFrom };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  };
}
