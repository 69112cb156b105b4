import type { Group } from 'rlimit-events';
import { askProgram, LONGEST_ANSWER } from '../programs/index.js';
import { unitName } from '../schema/index.js';
import { AskedAgain } from './asked-again.js';
import { findInCgroup } from './by-cgroup.js';
import { warnOfNamespace } from './cgroup-namespace.js';
import type { OnAnswer, Selecting, SelectorKind, SelectorLog } from './selector.js';
import { defaultSlice, unitCgroup } from './unit-cgroup.js';

/** The processes of a systemd unit. */
export interface UnitSelector {
  readonly kind: 'unit';
  /** With its suffix. */
  readonly name: string;
}

export const unit: SelectorKind<UnitSelector> = {
  kind: 'unit',
  schema: () =>
    unitName('unit: broker.service', { processes: true }).transform((name) => ({ kind: 'unit', name })),
  text: { about: 'the processes of a systemd unit, also after a restart', example: 'broker.service' },
  matches: ['cgroup'],
  start(group, { name }, log, onAnswer) {
    warnOfNamespace(name, log);
    return selectByUnit(group, name, log, onAnswer);
  },
  async find({ name }, processes) {
    const answer = await askSystemd(name);
    const found = unitCgroup(name, typeof answer === 'string' ? '' : answer.text);
    const note = {
      known: found.obstacle && `${name} ${found.obstacle}`,
      unknown: `systemd knows no unit ${name} yet`,
      unanswered: `systemd does not answer: ${name} is taken to be in ${defaultSlice(name)}`,
    }[found.state];
    return {
      ...findInCgroup(found.path, processes),
      ...(note !== undefined && { note }),
    };
  },
};

/** What was answered before, in this process: systemd may be busy when the configuration is read again. */
const known = new Map<string, string>();

/** Where a unit of the administrator, of the system and of the running one can come to be (systemd.unit(5)). */
const FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/run/systemd/system'];
/** Where systemd itself is asked. */
const SOCKET = '/run/systemd/private';

function askSystemd(unit: string, signal = new AbortController().signal) {
  return askProgram('systemctl', ['show', '--property=LoadState,ControlGroup,Slice,Id', '--', unit], signal);
}

/**
 * The processes of a systemd unit, whether it runs or not. Without an answer of systemd it is where system services
 * are by default.
 */
function selectByUnit(group: Group, unit: string, log: SelectorLog, onAnswer: OnAnswer): Selecting {
  let matched: string | undefined;
  let problem: string | undefined;
  const match = (path: string) => {
    if (path === matched) return;
    group.match({ kind: 'cgroup', path });
    if (matched !== undefined) group.unmatch({ kind: 'cgroup', path: matched });
    matched = path;
  };
  const tell = (news: string | undefined) => {
    if (news !== undefined && news !== problem) log('warning', news);
    problem = news;
  };
  return new AskedAgain({
    files: [...FOLDERS.map((folder) => `${folder}/${unit}`), SOCKET],
    log,
    onAnswer,
    async ask(signal) {
      const answer = await askSystemd(unit, signal);
      if (signal.aborted) return {};
      if (answer === 'unanswered') {
        const doubt = `unit ${unit} was not answered within ${LONGEST_ANSWER} s`;
        const before = matched ?? known.get(unit);
        if (before !== undefined) match(before);
        tell(`${doubt}; it is asked again`);
        return before === undefined ? { doubt } : { isOpen: true };
      }
      const found = unitCgroup(unit, answer === 'failed' ? '' : answer.text);
      match(found.path);
      if (found.state === 'unanswered')
        tell(`systemd does not answer: ${unit} is taken to be in ${defaultSlice(unit)}`);
      else if (found.state === 'unknown') tell(`systemd knows no unit ${unit} yet`);
      else {
        known.set(unit, found.path);
        tell(found.obstacle && `unit ${unit} ${found.obstacle}`);
      }
      return { isOpen: found.state === 'unknown' || found.obstacle !== undefined };
    },
  });
}
