import { formatQuantity, RESOURCES } from '../../resources/index.js';
import { severity, STATE_COLOURS, type MemberStatus, type State } from '../../services/index.js';
import { padColumns, widthOf } from '../../text/index.js';
import { age } from '../age.js';
import type { LiveStatus } from '../live-status.js';
import { destinationLines, exactnessLines } from '../status-text.js';
import { bar } from './bar.js';
import { crossingTable, timeOfDay } from './crossings.js';
import { asShown, bold, fitting, INVERSE, line, type LineLayout, type Part } from './line.js';
import { fairly, selected, type Selected } from './selected.js';
import { usageText } from './usage.js';
import type { TopView } from './view.js';

export interface FrameLayout extends LineLayout {
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What is wrong with the agent, in one line. */
  readonly trouble?: string | undefined;
}

/** Exactly as many lines as there is room for, and how far the view goes: nobody can leaf past the end. */
export function topFrame(
  status: LiveStatus,
  view: TopView,
  layout: FrameLayout,
): { readonly lines: readonly string[]; readonly view: TopView; readonly page: number } {
  const all = selected(status.services, view);
  const alone = Math.min(view.alone, all.length - 1);
  const below = [...destinations(status, layout), ...crossings(status, layout)];
  const head = [title(status, layout), ...exactnessLines(status).map((text) => [text])];
  const page = Math.max(0, layout.rows - head.length - below.length - SUMMARY_AND_KEYS);
  const last = alone < 0 ? all.length - 1 : (all[alone]?.members.length ?? 0) - (page - 1);
  const first = Math.max(0, Math.min(view.first, last));
  const seen = { ...view, alone, first };
  const rows = [
    ...head,
    summary(status, seen, all),
    ...padded(body(all, seen, page, layout), page),
    ...below,
    keys(seen, layout),
  ];
  return { lines: rows.slice(0, layout.rows).map((parts) => line(parts, layout)), view: seen, page };
}

const SUMMARY_AND_KEYS = 2;
/** With fewer lines there are services only. */
const ROWS_FOR_ALL = 16;
/** With fewer lines the processes need them. */
const ROWS_FOR_REASONS = 24;
const STATE = 'CRITICAL'.length;

/** The time is there as long as there is room for it at all: it tells that this is what is so now. */
function title({ host, version, pid, since, attach }: LiveStatus, layout: FrameLayout): Part[] {
  const time = timeOfDay(layout.now);
  const room = layout.columns - widthOf(asShown(host, layout));
  const words = [
    `check_rlimit_passive ${version}`,
    `pid ${pid}`,
    `up ${age(since, layout)}`,
    `attach ${attach}`,
  ];
  const left = fitting(
    words.map((word) => `  ${word}`),
    '',
    room - time.length - 1,
    layout,
  );
  const gap = room - left.length - time.length;
  return [bold(host), left, ...(gap > 0 ? [' '.repeat(gap), time] : [])];
}

function summary({ services }: LiveStatus, view: TopView, all: readonly Selected[]): Part[] {
  // One that several services have is one.
  const processes = new Set(services.flatMap(({ members }) => members.map(({ pid }) => pid))).size;
  const states = (Object.keys(severity) as State[]).sort((one, other) => severity[other] - severity[one]);
  const counts = states.flatMap((state): Part[] => {
    const count = services.filter((service) => service.state === state).length;
    return count === 0 ? [] : ['  ', { text: `${count} ${state}`, colour: STATE_COLOURS[state] }];
  });
  const filter = view.filter === '' ? '' : `, only "${view.filter}"`;
  return [
    `${counted(services.length, 'service')}, ${counted(processes, 'process', 'es')}:`,
    ...counts,
    `  by ${view.sort}${filter}${placeOf(view, all)}`,
  ];
}

function placeOf({ alone, first }: TopView, all: readonly Selected[]): string {
  const count = alone < 0 ? all.length : (all[alone]?.members.length ?? 0);
  return first === 0 ? '' : `, from ${first + 1} of ${count}`;
}

const counted = (count: number, noun: string, plural = 's') => `${count} ${noun}${count === 1 ? '' : plural}`;

function body(
  all: readonly Selected[],
  { alone, first, filter }: TopView,
  page: number,
  layout: FrameLayout,
): Part[][] {
  if (all.length === 0) return [[filter === '' ? 'no service' : `nothing has "${filter}" in its name`]];
  const one = all[alone];
  const blocks = one ? [{ ...one, members: one.members.slice(first) }] : all.slice(first);
  const shown = blocks.slice(0, page);
  const counts = fairly(shown, page);
  const parts = shown.map((block, index) => ({ ...block, members: block.members.slice(0, counts[index]) }));
  const columns = columnsOf(parts, layout);
  return parts.flatMap(({ service, members }) => [
    serviceParts(service, layout),
    ...members.map((member) => memberParts(member, service, columns, layout)),
  ]);
}

function serviceParts(service: Selected['service'], layout: FrameLayout): Part[] {
  const { description, resource, state, since, processes, absence, highest, thresholds } = service;
  const { unit } = RESOURCES[resource];
  const words = [
    ...(since === null ? [] : [`for ${age(since, layout)}`]),
    processes === 0 ? asShown(absence ?? 'no process', layout) : counted(processes, 'process', 'es'),
    [
      resource,
      ...(thresholds.warning ? [`w ${thresholds.warning.range}`] : []),
      ...(thresholds.critical ? [`c ${thresholds.critical.range}`] : []),
    ].join(' '),
    ...(highest === null ? [] : [`peak ${formatQuantity(highest, unit)}`]),
  ];
  const room = layout.columns - STATE - widthOf(asShown(description, layout)) - 4;
  return [
    { text: state.padEnd(STATE), colour: STATE_COLOURS[state] },
    '  ',
    bold(description),
    `  ${fitting(words, ', ', room, layout)}`,
  ];
}

interface Columns {
  readonly name: number;
  readonly usage: number;
}

const nameOf = ({ name, pid }: MemberStatus, layout: LineLayout) => asShown(`${name}[${pid}]`, layout);

const usageOf = ({ value, limit }: MemberStatus, { resource }: Selected['service'], layout: LineLayout) =>
  asShown(usageText(value, limit, resource), layout);

/** The same for all that are seen, so that their bars are below each other. */
function columnsOf(blocks: readonly Selected[], layout: LineLayout): Columns {
  const rows = blocks.flatMap(({ service, members }) => members.map((member) => ({ service, member })));
  return {
    name: Math.max(0, ...rows.map(({ member }) => widthOf(nameOf(member, layout)))),
    usage: Math.max(0, ...rows.map(({ member, service }) => widthOf(usageOf(member, service, layout)))),
  };
}

/** `state  name[pid]  value of limit  share  bar` */
function memberParts(
  member: MemberStatus,
  service: Selected['service'],
  { name, usage }: Columns,
  layout: FrameLayout,
): Part[] {
  const { state, value, limit } = member;
  const share = limit ? `${Math.floor((value / limit) * 100)}%` : '';
  const words = [
    padColumns(nameOf(member, layout), name),
    usageOf(member, service, layout).padStart(usage),
    share.padStart('100%'.length),
  ].join('  ');
  return [
    {
      text: (state === service.state && state === 'OK' ? '' : state).padEnd(STATE),
      colour: STATE_COLOURS[state],
    },
    `  ${words}  `,
    ...bar(member, service, layout.columns - STATE - widthOf(words) - 4),
  ];
}

/** What each has answered last; the newest of what they refuse. */
function destinations({ destinations: all }: LiveStatus, layout: FrameLayout): Part[][] {
  if (layout.rows < ROWS_FOR_ALL || all.length === 0) return [];
  const most = Math.max(2, Math.floor(layout.rows / 8));
  const lines = all.slice(0, most).flatMap((each): Part[][] => {
    const [first = ''] = destinationLines(each, { ...layout, processes: 0 });
    if (each.lastError === undefined) return [[first]];
    const texts = layout.rows < ROWS_FOR_REASONS ? [first] : inTwo(first, layout);
    return texts.map((text) => [{ text, colour: STATE_COLOURS.WARNING }]);
  });
  return [[bold('Destinations')], ...lines, ...furtherThan(most, all.length)];
}

/** A line that is too long in two, the second of which may be too long still: why it fails is at the end. */
function inTwo(text: string, layout: LineLayout): string[] {
  if (widthOf(asShown(text, layout)) <= layout.columns) return [text];
  const first = fitting(text.split(', '), ', ', layout.columns - ','.length, layout);
  return first === '' ? [text] : [`${first},`, `  ${text.slice(first.length + ', '.length)}`];
}

const furtherThan = (most: number, count: number): Part[][] =>
  count > most ? [[`and ${count - most} more: see check_rlimit_passive status`]] : [];

/** The newest first. */
function crossings({ crossings: all }: LiveStatus, layout: FrameLayout): Part[][] {
  if (layout.rows < ROWS_FOR_ALL) return [];
  const most = Math.max(3, Math.floor(layout.rows / 5));
  const lines = crossingTable(all.slice(-most).reverse(), layout);
  return [[bold('Crossings')], ...(lines.length === 0 ? [['none is known']] : lines)];
}

function keys({ isTyping, filter, alone }: TopView, layout: FrameLayout): Part[] {
  const { trouble, columns } = layout;
  if (isTyping) return [`filter: ${filter}_  (Enter keeps it, Esc takes it away)`];
  if (trouble !== undefined)
    return [{ text: padColumns(asShown(trouble, layout), columns), colour: INVERSE }];
  const next = alone < 0 ? 'one service' : 'next service, Esc all';
  return [`q quit  s sort  / filter  Tab ${next}  arrows, PgUp, PgDn scroll`];
}

function padded(lines: Part[][], count: number): Part[][] {
  return [...lines, ...Array.from({ length: Math.max(0, count - lines.length) }, () => [])].slice(0, count);
}
