import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';

/** The file that a package installs, in which the destination alone is missing. */
export interface Template {
  readonly text: string;
  /** The same with a destination, and a host name if there is one. */
  withDestination(destination: object, host: string | undefined): string;
}

/** @param place where it is in the package */
export function readTemplate(place: URL): Template {
  const text = readFileSync(place, 'utf8');
  const [schema = ''] = /^# yaml-language-server:.*\n/.exec(text) ?? [];
  const services = text.slice(text.search(/^services:/m));
  return {
    text,
    withDestination: (destination, host) =>
      [
        schema + HEAD,
        host === undefined ? NO_HOST : HOST + stringify({ host }),
        stringify({ destinations: [destination] }, { lineWidth: 0 }),
        services,
      ].join('\n'),
  };
}

const HEAD = `#
# Written by check_rlimit_passive setup, and yours from now on: it is not written again. It watches the open files of all
# processes; man check_rlimit_passive.yaml has every key, and more services may be in files of conf.d beside this file,
# whose names end in .yaml. After a change:
#
#   check_rlimit_passive config check FILE
#   systemctl reload check_rlimit_passive
`;
const HOST = "# This machine's name on the server.\n";
const NO_HOST = `# This machine's name on the server, if it is not its host name, as hostname(1) prints it.
#host: gw01
`;
