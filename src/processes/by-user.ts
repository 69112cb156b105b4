import type { Group } from '../rlimit-events/index.js';
import { AskedAgain } from './asked-again.js';
import { askProgram, LONGEST, type Answer } from './asked-program.js';
import type { OnAnswer, Selecting, SelectorLog } from './selector.js';

/** What was answered before, in this process: the name service may hang when the configuration is read again. */
const known = new Map<string, number>();

/** The processes of a user, by its name, wherever the system has its users (nsswitch.conf(5)). */
export function selectByUser(group: Group, name: string, log: SelectorLog, onAnswer: OnAnswer): Selecting {
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
      const doubt =
        uid === 'unanswered'
          ? `user ${name} was not answered within ${LONGEST} s`
          : `there is no user ${name}`;
      if (before === undefined || (uid === 'failed' && matched === undefined)) {
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

function numberIn(answer: Answer): number | 'failed' | 'unanswered' {
  if (typeof answer === 'string') return answer;
  const text = answer.text.trim();
  return /^\d{1,10}$/.test(text) ? Number(text) : 'failed';
}
