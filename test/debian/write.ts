/** write.js COMMAND STATUS OUTPUT-FILE: a line of docs/platforms.md for a command that was run in another Debian. */
import { readFileSync } from 'node:fs';
import { whenAndWhat, writeRow } from '../platforms/table.js';
import { DEBIAN, summaryOf } from './summary.js';

const [command = '', status = '', file = ''] = process.argv.slice(2);
const output = readFileSync(file, 'utf8');
const { debian, node } = /^Debian (?<debian>\S+), Node\.js v(?<node>\S+)$/m.exec(output)?.groups ?? {};
writeRow(
  DEBIAN,
  [
    debian ?? 'unknown',
    `\`${command.replaceAll('|', '\\|')}\``,
    summaryOf(Number(status), output),
    node ?? '',
    ...whenAndWhat(),
  ],
  () => 0,
);
