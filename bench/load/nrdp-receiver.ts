/** The tests' receiver in the place of NRDP, over HTTPS, in a process of its own: CERTIFICATE KEY; `port` -> its port. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { NrdpReceiver } from '../../rig/servers/nrdp-receiver.js';

const [certificate = '', key = ''] = process.argv.slice(2);
const receiver = await NrdpReceiver.start({
  tls: { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') },
});
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'port') process.stdout.write(`${receiver.port}\n`);
}
