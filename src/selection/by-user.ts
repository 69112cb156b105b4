import type { Group } from 'rlimit-events';
import { askProgram, type Answer } from '../programs/index.js';
import { parsed, Problem, unwanted } from '../schema/index.js';
import { AskedAgain } from './asked-again.js';
import {
  NOTHING_TO_KEEP,
  type OnAnswer,
  type Selecting,
  type SelectorKind,
  type SelectorLog,
} from './selector.js';

/** The processes of a user. */
export interface UserSelector {
  readonly kind: 'user';
  /** Or the number, in decimal. */
  readonly name: string;
}

/** One less than (uid_t) -1, which is no user. */
const GREATEST_UID = 4_294_967_294;

/**
 * What useradd takes, and what directories of large houses add to it: user@domain of sssd, DOMAIN\first last of
 * winbind. What systemd takes of others (valid_user_group_name() in src/basic/user-util.c).
 */
const NAME = String.raw`[^\s\p{C}:/\-](?:[^\p{C}:/]*[^\s\p{C}:/])?`;

export const user: SelectorKind<UserSelector> = {
  kind: 'user',
  schema: () =>
    parsed(
      (written): UserSelector | Problem => {
        const name = nameIn(written);
        return name === undefined
          ? new Problem(unwanted(written, 'a user', 'user: mosquitto, or user: 1000'))
          : { kind: 'user', name };
      },
      {
        type: ['integer', 'string'],
        minimum: 0,
        maximum: GREATEST_UID,
        pattern: String.raw`^(?:\d+|${NAME})$`,
      },
    ),
  text: { about: 'those of a user, by its effective uid; its number is followed', example: 'www-data' },
  matches: ['user'],
  start(group, { name }, log, onAnswer) {
    if (!/^\d{1,10}$/.test(name)) return selectByUser(group, name, log, onAnswer);
    group.match({ kind: 'user', uid: Number(name) });
    return NOTHING_TO_KEEP;
  },
  async find({ name }, processes) {
    const { signal } = new AbortController();
    const uid = /^\d{1,10}$/.test(name)
      ? Number(name)
      : numberIn(await askProgram('id', ['-u', '--', name], signal));
    if (typeof uid !== 'number')
      return { pids: [], note: `there is no user ${name}, or nobody answers who it is` };
    return { pids: processes.filter((each) => each.uid === uid).map(({ pid }) => pid) };
  },
};

function nameIn(written: unknown): string | undefined {
  const name = typeof written === 'number' ? String(written) : written;
  if (typeof name === 'string' && /^\d+$/.test(name) && Number(name) <= GREATEST_UID)
    return String(Number(name));
  const isName = typeof written === 'string' && new RegExp(String.raw`^(?!\d+$)${NAME}$`, 'u').test(written);
  return isName ? written : undefined;
}

/** What was answered before, in this process: the name service may hang when the configuration is read again. */
const known = new Map<string, number>();

/** The processes of a user, by its name, wherever the system has its users (nsswitch.conf(5)). */
function selectByUser(group: Group, name: string, log: SelectorLog, onAnswer: OnAnswer): Selecting {
  let matched: number | undefined;
  let problem: string | undefined;
  const match = (uid: number) => {
    if (uid === matched) return;
    group.match({ kind: 'user', uid });
    if (matched !== undefined) group.unmatch({ kind: 'user', uid: matched });
    matched = uid;
  };
  const tell = (news: string | undefined) => {
    if (news !== undefined && news !== problem) log('warning', news);
    problem = news;
  };
  return new AskedAgain({
    // Users that systemd makes for a service while it runs (DynamicUser=) have a link there (dynamic-user.c).
    files: ['/etc/passwd', `/run/systemd/dynamic-uid/direct:${name}`],
    log,
    onAnswer,
    async ask(signal) {
      const uid = numberIn(await askProgram('id', ['-u', '--', name], signal));
      if (signal.aborted) return {};
      if (typeof uid === 'number') {
        match(uid);
        known.set(name, uid);
        tell(undefined);
        return {};
      }
      const before = matched ?? known.get(name);
      const doubt = uid === 'nobody' ? `there is no user ${name}` : `user ${name} ${uid.reason}`;
      if (before === undefined) {
        tell(`${doubt}; it is asked again`);
        return { doubt };
      }
      // Of a name that cannot be asked for now, the number is that of before.
      match(before);
      tell(`${doubt}; it stays number ${before} until it is`);
      return { isOpen: true };
    },
  });
}

/** id(1) ends with a failure where there is nobody of that name. */
function numberIn(answer: Answer): number | 'nobody' | Exclude<Answer, { readonly text: string }> {
  if (!('text' in answer)) return answer.failure === 'refused' ? 'nobody' : answer;
  const text = answer.text.trim();
  return /^\d{1,10}$/.test(text) ? Number(text) : 'nobody';
}
