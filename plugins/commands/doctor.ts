import { type Resource, RESOURCES } from '../../src/resources/index.js';
import { ATTACH_MODES, type AttachMode, exactness, RlimitEvents } from '../../src/rlimit-events/index.js';
import { EXIT_OK, EXIT_UNKNOWN } from '../exit-codes.js';
import { printLine } from '../output/output.js';

const WIDTH = 10;

/**
 * `check_rlimit_passive doctor`: for each resource and attach mode whether it works here, if not, why, and how exact
 * it is. What can be said of all modes or all resources is said once.
 *
 * @returns the exit status: OK if any mode works for open files
 */
export function doctor(): number {
  const nofile = examine('nofile');
  for (const [mode, finding] of nofile) printLine(line(mode, inWords(finding)));
  const best = findingOf('nofile', 'auto');
  printLine(line('auto', best.takes ? `takes ${best.takes}` : 'finds none that works'));
  printLine('');
  for (const resource of Object.keys(RESOURCES) as Resource[])
    tell(resource, resource === 'nofile' ? nofile : examine(resource), nofile);
  return best.takes ? EXIT_OK : EXIT_UNKNOWN;
}

/** What came of trying a mode. */
interface Finding {
  /** The mode, if it works. */
  readonly takes?: AttachMode;
  /** Why it does not. */
  readonly problem?: string;
  /** Why it may miss something. */
  readonly mayMiss?: string | undefined;
}

type Findings = ReadonlyMap<AttachMode, Finding>;

function examine(resource: Resource): Findings {
  return new Map(ATTACH_MODES.map((mode) => [mode, findingOf(resource, mode)]));
}

function inWords({ problem, mayMiss }: Finding): string {
  if (problem !== undefined) return `no: ${problem}`;
  return mayMiss === undefined ? 'works' : `works, but is not exact: ${mayMiss}`;
}

function tell(resource: Resource, findings: Findings, ofAll: Findings): void {
  const works = ATTACH_MODES.filter((mode) => findings.get(mode)?.takes);
  const texts = [...new Set(works.map((mode) => exactness(resource, mode)))];
  for (const text of texts) {
    const modes = works.filter((mode) => exactness(resource, mode) === text);
    printLine(line(resource, `${modes.join(', ')}: ${text}`));
  }
  for (const [mode, finding] of findings) {
    const words = inWords(finding);
    if (words !== 'works' && words !== inWords(ofAll.get(mode) ?? {}))
      printLine(line(resource, `${mode}: ${words}`));
  }
  if (works.length === 0) printLine(line(resource, 'no mode works'));
}

function line(what: string, text: string): string {
  return `${what.padEnd(WIDTH)}  ${text}`;
}

function findingOf(resource: Resource, attach: AttachMode | 'auto'): Finding {
  try {
    const descriptor = new RlimitEvents(() => undefined, { attach, resources: [resource] });
    descriptor.close();
    return { takes: descriptor.attach, mayMiss: descriptor.mayMiss };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
