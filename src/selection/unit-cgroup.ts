/** Where a unit's cgroup is, and what systemd says of the unit. */
export interface UnitCgroup {
  readonly path: string;
  /** unknown: there is none of this name; unanswered: systemd said nothing. */
  readonly state: 'known' | 'unknown' | 'unanswered';
  /** Why systemd does not start it, of one that does not run. */
  readonly obstacle?: string;
}

/** By the LoadState (unit_load_state_table in src/basic/unit-def.c). */
const OBSTACLES: ReadonlyMap<string | undefined, string> = new Map([
  ['masked', 'is masked: systemd does not start it'],
  ['bad-setting', 'has a setting that systemd does not take, and is not started'],
  ['error', 'cannot be read by systemd, and is not started'],
]);

/**
 * The cgroup of a systemd unit, whether it runs or not. It is made anew at each start, in the same place.
 *
 * @param shown what `systemctl show` says: LoadState, ControlGroup, Slice and Id
 */
export function unitCgroup(unit: string, shown: string): UnitCgroup {
  const properties = new Map(
    shown
      .split('\n')
      .filter((line) => /=./.test(line))
      .map(keyAndValue),
  );
  const isUnknown = properties.get('LoadState') === 'not-found';
  const state = properties.size === 0 ? 'unanswered' : isUnknown ? 'unknown' : 'known';
  // Empty while it does not run.
  const cgroup = properties.get('ControlGroup');
  if (cgroup !== undefined) return { path: cgroup, state };
  if (unit === '-.slice') return { path: '/', state };
  const slice = properties.get('Slice') ?? defaultSlice(unit);
  const path = `${slicePath(slice)}/${escaped(properties.get('Id') ?? unit)}`;
  const obstacle = OBSTACLES.get(properties.get('LoadState'));
  return { path, state, ...(obstacle !== undefined && { obstacle }) };
}

/**
 * A slice is in the one that its name begins with (systemd.slice(5)), the instances of a template are in a slice of
 * their own (systemd.resource-control(5), Slice=).
 */
export function defaultSlice(unit: string): string {
  if (unit.endsWith('.slice')) return `${unit.slice(0, Math.max(0, unit.lastIndexOf('-'))) || '-'}.slice`;
  const at = unit.indexOf('@');
  return at < 0 ? 'system.slice' : `system-${unit.slice(0, at).replace(/[-\\]|^\./g, inHex)}.slice`;
}

/** As systemd writes what would mean something in a name (unit_name_escape() in src/basic/unit-name.c). */
function inHex(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16)}`;
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
  return parts.map((_, i) => `/${escaped(`${parts.slice(0, i + 1).join('-')}.slice`)}`).join('');
}

/** Files that a cgroup of version 1 has without a dot in their names. */
const FILES = new Set(['notify_on_release', 'release_agent', 'tasks']);
/** All that systemd knows, in use or not (cgroup_controller_to_string() in src/basic/cgroup-util.c, up to 257). */
const CONTROLLERS = new Set([
  'cpu',
  'cpuacct',
  'cpuset',
  'io',
  'blkio',
  'memory',
  'devices',
  'pids',
  'bpf-firewall',
  'bpf-devices',
  'bpf-foreign',
  'bpf-socket-bind',
  'bpf-restrict-network-interfaces',
  'bpf-bind-network-interface',
]);

/** As systemd names the cgroup, so that it is none of the kernel's own files (cg_escape() in the same file). */
function escaped(name: string): string {
  const prefix = name.split('.', 1)[0] ?? '';
  const clashes =
    /^[_.]/.test(name) ||
    FILES.has(name) ||
    name.startsWith('cgroup.') ||
    (name !== prefix && CONTROLLERS.has(prefix));
  return clashes ? `_${name}` : name;
}
