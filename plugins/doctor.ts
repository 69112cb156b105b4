import { type Resource, RESOURCES } from '../src/resources/index.js';
import { ATTACH_MODES, type AttachMode, exactness, RlimitEvents } from '../src/rlimit-events/index.js';
import { EXIT_OK, EXIT_UNKNOWN } from './exit-codes.js';
import { printLine } from './output.js';

const WIDTH = 10;

/**
 * `check_rlimit_passive doctor`: for each resource and attach mode whether it works here, if not, why, and how exact
 * it is. What can be said of all modes or all resources is said once.
 *
 * @returns the exit status: OK if any mode works for open files
 */
export function doctor(): number {
  const nofile = examine('nofile');
  for (const mode of ATTACH_MODES) printLine(line(mode, nofile.get(mode) ?? 'works'));
  const best = ATTACH_MODES.find((mode) => !nofile.get(mode));
  printLine(line('auto', best ? `takes ${best}` : 'finds none that works'));
  printLine('');
  for (const resource of Object.keys(RESOURCES) as Resource[])
    tell(resource, resource === 'nofile' ? nofile : examine(resource), nofile);
  return best ? EXIT_OK : EXIT_UNKNOWN;
}

/** What is wrong with each mode; undefined when it works. */
type Problems = ReadonlyMap<AttachMode, string | undefined>;

function examine(resource: Resource): Problems {
  return new Map(ATTACH_MODES.map((mode) => [mode, problemOf(resource, mode)]));
}

function tell(resource: Resource, problems: Problems, ofAll: Problems): void {
  const works = ATTACH_MODES.filter((mode) => !problems.get(mode));
  const texts = [...new Set(works.map((mode) => exactness(resource, mode)))];
  for (const text of texts) {
    const modes = works.filter((mode) => exactness(resource, mode) === text);
    printLine(line(resource, `${modes.join(', ')}: ${text}`));
  }
  for (const [mode, problem] of problems)
    if (problem !== undefined && problem !== ofAll.get(mode))
      printLine(line(resource, `${mode}: ${problem}`));
  if (works.length === 0) printLine(line(resource, 'no mode works'));
}

function line(what: string, text: string): string {
  return `${what.padEnd(WIDTH)}  ${text}`;
}

function problemOf(resource: Resource, attach: AttachMode): string | undefined {
  try {
    new RlimitEvents(() => undefined, { attach, resources: [resource] }).close();
    return undefined;
  } catch (error) {
    return `no: ${error instanceof Error ? error.message : String(error)}`;
  }
}
