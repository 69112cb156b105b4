import { existsSync } from 'node:fs';
import type { Group } from 'rlimit-events';
import { askProgram } from '../programs/index.js';
import { unitName } from '../schema/index.js';
import { AskedAgain, type Outcome } from './asked-again.js';
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
    const found = unitCgroup(name, 'text' in answer ? answer.text : '');
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
/** There while systemd is what runs the system (sd_booted(3)). */
const BOOTED = '/run/systemd/system';

function askSystemd(unit: string, signal = new AbortController().signal) {
  return askProgram('systemctl', ['show', '--property=LoadState,ControlGroup,Slice,Id', '--', unit], signal);
}

/**
 * The processes of a systemd unit, whether it runs or not. Where there is no systemd it is taken to be where system services
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
  /** Who does not answer now says nothing against what he has said before. */
  const goOn = (reason: string): Outcome => {
    const doubt = `unit ${unit} ${reason}`;
    tell(`${doubt}; it is asked again`);
    const before = matched ?? known.get(unit);
    if (before === undefined) return { doubt };
    match(before);
    return { isOpen: true };
  };
  return new AskedAgain({
    files: [...FOLDERS.map((folder) => `${folder}/${unit}`), SOCKET],
    log,
    onAnswer,
    async ask(signal) {
      const answer = await askSystemd(unit, signal);
      if (signal.aborted) return {};
      const found = unitCgroup(unit, 'text' in answer ? answer.text : '');
      if (found.state === 'unanswered') {
        const { failure, reason } = 'text' in answer ? SILENCE : answer;
        const before = matched ?? known.get(unit) ?? found.path;
        if (failure === 'late' || before !== found.path || existsSync(BOOTED)) return goOn(reason);
        match(found.path);
        tell(`systemd does not answer: ${unit} is taken to be in ${defaultSlice(unit)}`);
        return {};
      }
      match(found.path);
      if (found.state === 'unknown') tell(`systemd knows no unit ${unit} yet`);
      else {
        known.set(unit, found.path);
        tell(found.obstacle && `unit ${unit} ${found.obstacle}`);
      }
      return { isOpen: found.state === 'unknown' || found.obstacle !== undefined };
    },
  });
}

/** It has said nothing, and that all is well. */
const SILENCE = { failure: 'broken', reason: 'was not answered: systemctl says nothing' } as const;
