import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runPeer, type PeerProgram } from './nagios-user.js';

/** An Icinga 2 that tests run. */
export interface Icinga {
  /** For the names of tests. */
  readonly name: string;
  /** In this root, which has all that it needs; without one it is installed. */
  readonly root?: string;
  /** As it tells its version itself. */
  readonly version: RegExp;
}

/** That of this machine. */
export const INSTALLED: Icinga = { name: 'Icinga 2', version: /^Icinga r2\./ };

/** 2.14 or later, which answers otherwise than 2.13; scripts/setup brings it. */
const TRIXIE: Icinga = {
  name: "Icinga 2 of Debian's trixie",
  root: '.cache/icinga2/trixie',
  version: /^Icinga r2\.(?:1[4-9]|[2-9]\d)\./,
};

export const ICINGAS: readonly Icinga[] = [INSTALLED, TRIXIE];

/** In a root it is the binary itself: what stands in the PATH is a script. */
export function programOf({ root }: Icinga): PeerProgram {
  if (root === undefined) return 'icinga2';
  const libraries = join(root, 'usr/lib');
  if (!existsSync(libraries))
    throw new Error(`there is no ${libraries}: npm test runs scripts/setup, which makes it`);
  const binaries = readdirSync(libraries).map((name) => `/usr/lib/${name}/icinga2/sbin/icinga2`);
  const program = binaries.find((path) => existsSync(join(root, path)));
  if (program === undefined) throw new Error(`there is no Icinga 2 in ${root}`);
  return { program, root };
}

/** What makes a check of its definitions leave a list of them, which 2.13 does unasked. */
export function dumping(icinga: Icinga): readonly string[] {
  const option = '--dump-objects';
  return runPeer(programOf(icinga), 'daemon', '--help').output.includes(option) ? [option] : [];
}
