import type { Monitored } from './definitions.js';

/**
 * The section of nsca-ng.cfg that lets a gateway send the results of its services, and nothing else; as a comment, for
 * it goes into another file than the definitions.
 */
export function clientSection(identity: string, { host, services }: Monitored): string {
  const commands = services.map(
    ({ description }) => `        "${quotable(pattern(`${host};${description}`))}"`,
  );
  const section = [
    `For nsca-ng.cfg, without the "# " of each line; the password is that of the gateway's key_file:`,
    '',
    `authorize "${quotable(identity)}" {`,
    '    password = "..."',
    '    commands = {',
    commands.join(',\n'),
    '    }',
    '}',
  ];
  return section
    .join('\n')
    .split('\n')
    .map((line) => (line === '' ? '#\n' : `# ${line}\n`))
    .join('');
}

/**
 * The server matches all of a command behind its time. Unlike `services`, this says which states there are, and keeps
 * a host apart from a service with an @ in its name.
 */
function pattern(names: string): string {
  return `PROCESS_SERVICE_CHECK_RESULT;${literal(names)};[0-3];.*`;
}

/** In an extended regular expression (POSIX). */
const literal = (name: string): string => name.replace(/[.[\]{}()*+?^$|\\]/g, '\\$&');

/** In double quotes, where libconfuse puts in variables of the environment. */
const quotable = (text: string): string => text.replace(/["\\$]/g, '\\$&');
