import { parsed, Problem } from './parsed.js';
import { found, unwanted } from './wants.js';

/** Kinds of units that processes run in, and all others (systemd.unit(5)). */
const withProcesses = ['service', 'scope', 'slice', 'socket', 'mount', 'swap'];
const withoutProcesses = ['target', 'device', 'automount', 'timer', 'path'];

/** VALID_CHARS of systemd, and its UNIT_NAME_MAX without the NUL (src/basic/unit-name.c). */
const valid = /^[\w:.\\@-]{1,255}$/;

const NO_NAME = 'is not the name of a unit; write one';

/** A unit as systemctl takes it: without a suffix it is a service. */
export function unitName(example: string, { processes }: { processes: boolean }) {
  return parsed(
    (written): string | Problem => {
      if (typeof written !== 'string' || written === '')
        return new Problem(unwanted(written, 'a unit', example));
      const name = withSuffix(written);
      // systemd takes a leading dash; without a suffix it is an option that has lost its way.
      const problem = name !== written && written.startsWith('-') ? NO_NAME : problemOf(name, processes);
      return problem === undefined ? name : new Problem(`${found(written)} ${problem}, such as ${example}`);
    },
    { type: 'string', pattern: valid.source },
  );
}

function withSuffix(name: string): string {
  return [...withProcesses, ...withoutProcesses].includes(suffixOf(name)) ? name : `${name}.service`;
}

function suffixOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function problemOf(name: string, processes: boolean): string | undefined {
  if (!valid.test(name) || /^(?:@|\.[^.]*$)/.test(name)) return NO_NAME;
  if (/@\.[a-z]+$/.test(name)) return 'is a template, which never runs; write one of its instances';
  if (processes && withoutProcesses.includes(suffixOf(name)))
    return `has no processes, as a ${suffixOf(name)}; write a unit that has`;
  return undefined;
}
