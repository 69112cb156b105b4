import * as z from 'zod';
import type { Group, Match } from 'rlimit-events';
import {
  found,
  jsonSchemaOf,
  key,
  nearest,
  once,
  oneOfKeys,
  section,
  theOne,
  unwanted,
  writtenAs,
} from '../schema/index.js';
import { all } from './by-all.js';
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

/** The kinds of selectors that say more than their name, each at its key. To add one, write its file and put it here. */
const KEYS = [pid, pidfile, exe, command, unit, cgroup, user] as const;
/** Those that are a word by themselves. */
const WORDS = [all] as const;

/** Which processes are meant. */
export type Selector = z.infer<ReturnType<(typeof KEYS | typeof WORDS)[number]['schema']>>;

const BY_KIND = new Map<string, SelectorKind<Selector>>([...KEYS, ...WORDS].map((each) => [each.kind, each]));

const WHAT = 'a selector of processes';
const EXAMPLE = 'process: { unit: broker.service }';

const KEY_NAMES = KEYS.map(({ kind }) => kind);

const keys = () =>
  writtenAs(
    section(
      WHAT,
      EXAMPLE,
      Object.fromEntries(KEYS.map((each) => [each.kind, key(each.schema().optional(), each.text)])),
    ).transform((written, context) => theOne<Selector>(KEY_NAMES, written, EXAMPLE, context)),
    () => oneOfKeys(KEY_NAMES),
  );

/** What is written at `process:` in a configuration file: one selector. */
export function processSelector(): z.ZodType<Selector> {
  const ofKeys = once(keys);
  return writtenAs(
    z.unknown().transform((written, context): Selector => {
      const word = WORDS.find(({ kind }) => kind === written);
      if (word) return word.schema().parse(written);
      const problem = wordProblem(written);
      if (problem !== undefined) {
        context.addIssue(problem);
        return z.NEVER;
      }
      const result = ofKeys().safeParse(written);
      for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue });
      return result.data ?? z.NEVER;
    }),
    () => ({
      anyOf: [...WORDS.map(({ kind, text: { about } }) => ({ const: kind, about })), jsonSchemaOf(ofKeys())],
    }),
  );
}

/** What is wrong with a word that is none of these, or with one of these that is written as a key. */
function wordProblem(written: unknown): string | undefined {
  const words = WORDS.map(({ kind }) => kind);
  if (typeof written === 'string' && written !== '') {
    const meant = nearest(written, words);
    return meant === undefined
      ? `${unwanted(written, WHAT, EXAMPLE)}, or process: ${words.join(' or ')}`
      : `${found(written)} is not ${WHAT}; did you mean ${meant}?`;
  }
  const word = words.find((each) => written instanceof Object && each in written);
  return word === undefined ? undefined : `has ${word} as a key; write process: ${word}`;
}

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
  const seen = seenProcesses();
  const { pids, note, ...rest } = await kindOf(selector.kind).find(selector, seen);
  const meant = new Set(inherit ? withChildren(pids, seen) : pids);
  const notes = [note, othersAreHidden() ? 'other users are hidden from this one' : undefined];
  const told = notes.filter((each) => each !== undefined).join('; ');
  return { ...rest, processes: seen.filter(({ pid }) => meant.has(pid)), ...(told !== '' && { note: told }) };
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
