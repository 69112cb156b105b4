import type * as z from 'zod';
import type { Group, Match } from '../rlimit-events/index.js';
import { key, oneOfKeys, section, theOne, writtenAs } from '../schema/index.js';
import { cgroup } from './by-cgroup.js';
import { command } from './by-command.js';
import { exe } from './by-executable.js';
import { pidfile } from './by-pid-file.js';
import { pid } from './by-pid.js';
import { unit } from './by-unit.js';
import { user } from './by-user.js';
import {
  othersAreHidden,
  seenProcesses,
  withChildren,
  type SeenProcess,
  type Sighting,
} from './processes.js';
import type { OnAnswer, Selecting, SelectorKind, SelectorLog } from './selector.js';

/** Every kind of selector. To add one, write its file and put it here. */
const KINDS = [pid, pidfile, exe, command, unit, cgroup, user] as const;

/** Which processes are meant. */
export type Selector = z.infer<(typeof KINDS)[number]['schema']>;

const BY_KIND = new Map<string, SelectorKind<Selector>>(KINDS.map((each) => [each.kind, each]));

const EXAMPLE = 'process: { unit: broker.service }';

/** What is written at `process:` in a configuration file: one selector. */
export const processSelector: z.ZodType<Selector> = writtenAs(
  section(
    'a selector of processes',
    EXAMPLE,
    Object.fromEntries(KINDS.map(({ kind, schema, text }) => [kind, key(schema.optional(), text)])),
  ).transform((written, context) => theOne<Selector>([...BY_KIND.keys()], written, EXAMPLE, context)),
  () => oneOfKeys([...BY_KIND.keys()]),
);

/** What a group has to be matched by, to keep a selector of this kind true. */
export function matchesOf(kind: Selector['kind']): readonly Match['kind'][] {
  return kindOf(kind).matches;
}

/**
 * Has the kernel match a group's processes, those that are there and those to come, and keeps that true
 * until it is stopped. It sleeps as long as no file that it follows changes, and no question is open.
 *
 * @throws RlimitEventsError no-such-process of `pid`, and what a group's match() throws
 */
export function startSelecting(
  group: Group,
  selector: Selector,
  log: SelectorLog,
  onAnswer: OnAnswer = () => undefined,
): Selecting {
  return kindOf(selector.kind).start(group, selector, log, onAnswer);
}

/** Whom a selector means now. */
export interface Found extends Omit<Sighting, 'pids'> {
  readonly processes: readonly Pick<SeenProcess, 'pid' | 'name'>[];
}

/**
 * Who would be watched now, without watching: as /proc tells, which needs no right, but shows less to who has none. Of
 * children whose parents have ended it knows nothing.
 */
export async function findProcesses(selector: Selector, inherit: boolean): Promise<Found> {
  const all = seenProcesses();
  const { pids, note, ...rest } = await kindOf(selector.kind).find(selector, all);
  const found = new Set(inherit ? withChildren(pids, all) : pids);
  const notes = [note, othersAreHidden() ? 'other users are hidden from this one' : undefined];
  const told = notes.filter((each) => each !== undefined).join('; ');
  return { ...rest, processes: all.filter(({ pid }) => found.has(pid)), ...(told !== '' && { note: told }) };
}

/** As a person writes it: `unit broker.service`. */
export function selectorText({ kind, ...value }: Selector): string {
  return [kind, ...Object.values<string | number>(value)].join(' ');
}

function kindOf(name: Selector['kind']): SelectorKind<Selector> {
  const kind = BY_KIND.get(name);
  if (!kind) throw new Error(`no kind of selector is called ${name}`);
  return kind;
}
