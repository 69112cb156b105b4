/** The file of the documentation, which every test here changes in one place. */
export const example = `host: gw01                      # default: the machine's host name
destinations:
  - type: nsca
    server: 127.0.0.1
    port: 5667
    encryption: xor             # a name or a number, as nsca.cfg counts them
    password_file: /etc/check_rlimit_passive/nsca.password
services:
  - service: broker fds
    process: { pid: 4711 }
    resource: nofile
    warning: 50
    critical: 80%
`;

/** The example with its first `old` replaced. */
export function exampleWith(old: string, replacement: string): string {
  if (!example.includes(old)) throw new Error(`not in the example: ${old}`);
  // A function, since a string's $ would be a pattern.
  return example.replace(old, () => replacement);
}
