import { age, duration } from './age.js';
import type { AgentStatus, DestinationStatus, RefusalStatus } from './agent-status.js';
import { formatQuantity, RESOURCES, type Unit } from '../resources/index.js';
import type { MemberStatus, ServiceStatus } from '../services/index.js';
import { padColumns, printable, widthOf } from '../text/index.js';

export interface StatusLayout {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The width of a line, in characters. */
  readonly columns: number;
  /** The most processes of one service, and the most services that one destination refuses. */
  readonly processes: number;
}

/** The status as lines for a person, services in the order of the configuration. */
export function statusText(status: AgentStatus, layout: StatusLayout): string[] {
  const { version, pid, since, attach, host, services, destinations } = status;
  const head = [
    `check_rlimit_passive ${version}`,
    `pid ${pid}`,
    `up ${age(since, layout)}`,
    `attach ${attach}`,
    `host ${host}`,
  ];
  return [
    printable(head.join('  ')),
    ...exactnessLines(status),
    ...services.flatMap((service) => ['', ...serviceLines(service, layout)]),
    ...(destinations.length > 0 ? [''] : []),
    ...destinations.flatMap((destination) => destinationLines(destination, layout)),
  ];
}

/** Nothing, where each crossing is told. */
export function exactnessLines({ mayMiss, unproven, lost }: AgentStatus): string[] {
  const places = Object.entries(lost).map(([place, count]) => `${place} ${count}`);
  return [
    ...(mayMiss === undefined ? [] : [`not exact: ${mayMiss}`]),
    ...(unproven === undefined ? [] : [`not proven to be exact: ${unproven}`]),
    ...(places.length > 0
      ? [`not told since the start: ${places.join(', ')}; all states were read again each time`]
      : []),
  ];
}

function serviceLines(
  { description, resource, state, since, members, absence = 'no process' }: ServiceStatus,
  layout: StatusLayout,
): string[] {
  const duration = since === null ? '' : `, for ${age(since, layout)}`;
  const head = `${state.padEnd(LONGEST_STATE)}  ${printable(description)}${duration}`;
  if (members.length === 0) return [head, `${INDENT}${printable(absence)}`];
  const shown = members.slice(0, layout.processes);
  const rest = members.length - shown.length;
  return [
    head,
    ...memberLines(shown, RESOURCES[resource].unit, layout),
    ...(rest > 0 ? [`${INDENT}and ${rest} more: see -v`] : []),
  ];
}

const LONGEST_STATE = 'CRITICAL'.length;
const INDENT = ' '.repeat(LONGEST_STATE + 2);

/** `name[pid]  value of limit  share  bar`, in columns. */
function memberLines(members: readonly MemberStatus[], unit: Unit, { columns }: StatusLayout): string[] {
  const rows = members.map((member) => ({
    member,
    state: member.state === 'OK' ? '' : member.state,
    name: `${printable(member.name)}[${member.pid}]`,
    usage: `${formatQuantity(member.value, unit)} of ${formatQuantity(member.limit ?? Infinity, unit)}`,
  }));
  const [name, usage] = [longest(rows.map((row) => row.name)), longest(rows.map((row) => row.usage))];
  const bar = Math.min(LONGEST_BAR, columns - LONGEST_STATE - name - usage - BETWEEN);
  return rows.map(({ member, state, ...row }) =>
    [
      state.padEnd(LONGEST_STATE),
      padColumns(row.name, name),
      row.usage.padStart(usage),
      ...shareAndBar(member, bar),
    ]
      .join('  ')
      .trimEnd(),
  );
}

/** What a line has besides its three texts and its bar. */
const BETWEEN = '        100%[]'.length;
const LONGEST_BAR = 40;
/** A shorter one says no more than the figure beside it. */
const SHORTEST_BAR = 5;

function shareAndBar({ value, limit }: MemberStatus, length: number): string[] {
  if (limit === null || limit === 0) return [];
  const share = value / limit;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  if (length < SHORTEST_BAR) return [percent];
  // It is full at the limit and not before.
  const filled = Math.min(length, Math.floor(share * length));
  return [percent, `[${'#'.repeat(filled)}${'.'.repeat(length - filled)}]`];
}

function nextTryText(
  { waiting, nextTry, waitsForHeartbeat }: DestinationStatus,
  { now }: StatusLayout,
): string[] {
  if (nextTry !== undefined) return [`next try in ${duration(nextTry - now)}`];
  if (waitsForHeartbeat) return ['next try with the next heartbeat'];
  return waiting > 0 ? ['being tried'] : [];
}

/** A line of a destination, and those of what it refuses. */
export function destinationLines(status: DestinationStatus, layout: StatusLayout): string[] {
  const { name, waiting, lastDelivery, lastError, refused = [], server, detour } = status;
  const by = server === undefined ? '' : ` by ${server}`;
  const parts = [
    lastDelivery === undefined
      ? 'nothing delivered yet'
      : `last delivery ${age(lastDelivery, layout)} ago${by}`,
    waiting === 0 ? 'nothing waits' : `${waiting} ${waiting === 1 ? 'result waits' : 'results wait'}`,
    ...nextTryText(status, layout),
    ...(lastError === undefined ? [] : [`last error: ${lastError}`]),
    ...(detour === undefined ? [] : [`not by the first server: ${detour}`]),
  ];
  const shown = refused.slice(0, layout.processes);
  return [
    printable(`${name}: ${parts.join(', ')}`),
    ...shown.map((refusal) => `${INDENT}${refusalLine(refusal, layout)}`),
    ...(refused.length > shown.length
      ? [`${INDENT}and ${refused.length - shown.length} more refused: see -v`]
      : []),
  ];
}

function refusalLine({ service, by, reason, since }: RefusalStatus, layout: StatusLayout): string {
  const refused = by === 'server' ? 'refused' : 'not sent';
  return printable(`${service} ${refused} for ${age(since, layout)}: ${reason}`);
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map(widthOf));
}
