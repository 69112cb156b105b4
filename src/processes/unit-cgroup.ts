import { askProgram } from './asked-program.js';
import type { SelectorLog } from './selector.js';

/**
 * The cgroup of a systemd unit, whether it runs or not. It is made anew at each start, in the same place.
 *
 * Without an answer of systemd it is where system services are by default.
 */
export async function unitCgroup(unit: string, log: SelectorLog): Promise<string> {
  const answer = await askProgram('systemctl', [
    'show',
    '--property=LoadState,ControlGroup,Slice,Id',
    '--',
    unit,
  ]);
  const properties = new Map(
    answer
      ?.split('\n')
      .filter((line) => /=./.test(line))
      .map(keyAndValue),
  );
  if (answer === undefined || properties.size === 0)
    log('warning', `systemd does not answer: ${unit} is taken to be in ${defaultSlice(unit)}`);
  else if (properties.get('LoadState') === 'not-found') log('warning', `systemd knows no unit ${unit} yet`);
  // Empty while it does not run.
  const cgroup = properties.get('ControlGroup');
  if (cgroup !== undefined) return cgroup;
  return `${slicePath(properties.get('Slice') ?? defaultSlice(unit))}/${properties.get('Id') ?? unit}`;
}

/** The instances of a template are in a slice of their own (systemd.resource-control(5), Slice=). */
export function defaultSlice(unit: string): string {
  const at = unit.indexOf('@');
  return at < 0 ? 'system.slice' : `system-${unit.slice(0, at).replaceAll('-', '\\x2d')}.slice`;
}

function keyAndValue(line: string): [string, string] {
  const equals = line.indexOf('=');
  return [line.slice(0, equals), line.slice(equals + 1)];
}

/** `a-b.slice` lies within `a.slice` (systemd.slice(5)); `-.slice` is the root. */
export function slicePath(slice: string): string {
  const name = slice.replace(/\.slice$/, '');
  if (name === '-') return '';
  const parts = name.split('-');
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('-')}.slice`).join('');
}
