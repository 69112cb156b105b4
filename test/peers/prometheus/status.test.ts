/** What `status --format prometheus` prints, as Prometheus' own promtool and node_exporter read it. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '../../../rig/programs/command.js';
import { NodeExporter } from '../../../rig/servers/node-exporter.js';
import { AgentFolder } from '../../support/agent-config.js';
import { samplesIn } from '../../support/metric-samples.js';
import { seconds } from '../../support/where.js';
import { Worker } from '../../support/worker.js';

jest.setTimeout(seconds(60));

let folder: AgentFolder;
let worker: Worker;
let agent: Command | undefined;
let exporter: NodeExporter | undefined;

beforeEach(async () => {
  folder = new AgentFolder();
  worker = await Worker.start(100);
});

afterEach(async () => {
  agent?.signal('SIGTERM');
  await agent?.finished();
  await exporter?.stop();
  await worker.end();
  folder.remove();
});

/** With names that have to be escaped, a resource of each unit, what is not there, and two destinations of one name. */
const configuration = () => `host: 'gw01 "north"'
status_socket: ${folder.socket}
state_directory: ${folder.path}
destinations:
  - { type: program, run: [/bin/true] }
  - { type: program, run: [/bin/true] }
  - { type: program, run: [/bin/false] }
services:
  - { service: 'a \\ "b" \\n ü', process: { pid: ${worker.pid} }, resource: nofile, warning: '90:95', critical: '~:98%' }
  - { service: cpu, process: { pid: ${worker.pid} }, resource: cpu, warning: 90s, critical: 80% }
  - { service: memory, process: { pid: ${worker.pid} }, resource: as, warning: '@1:2GiB' }
  - { service: nobody, process: { command: no-such-command }, resource: nofile, warning: 80%, absent: ok }
`;

it('is what Prometheus reads', async () => {
  writeFileSync(folder.config, configuration());
  agent = new Command('-v', '-c', folder.config);
  const heard = (text: string) => agent?.until(() => !!agent?.stderr.some((line) => line.includes(text)));
  await heard('program /bin/true: sent ');
  await heard('program /bin/false: ');
  const { stdout, status } = await Command.run('status', '--socket', folder.socket, '--format', 'prometheus');
  expect(status).toBe(0);
  const printed = `${stdout.join('\n')}\n`;

  const promtool = spawnSync('promtool', ['check', 'metrics'], { input: printed, encoding: 'utf8' });
  expect(promtool).toMatchObject({ status: 0, stdout: '', stderr: '' });

  const read = join(folder.path, 'read');
  mkdirSync(read);
  writeFileSync(join(read, 'agent.prom'), printed);
  exporter = await NodeExporter.start(read);
  const metrics = await exporter.metrics();
  expect(metrics).toContain('\nnode_textfile_scrape_error 0\n');
  const samples = samplesIn(metrics);
  expect(samples).toEqual(samplesIn(printed));
  expect(samples).toMatchObject({
    'check_rlimit_passive_service_state{resource="nofile",service="a \\\\ \\"b\\" \\\\n ü"}': 1,
    'check_rlimit_passive_service_critical{bound="upper",resource="nofile",service="a \\\\ \\"b\\" \\\\n ü"}': 98,
    'check_rlimit_passive_service_warning_seconds{bound="upper",resource="cpu",service="cpu"}': 90,
    'check_rlimit_passive_service_limit_bytes{resource="as",service="memory"}': Infinity,
    'check_rlimit_passive_service_processes{resource="nofile",service="nobody"}': 0,
    'check_rlimit_passive_destination_up{destination="program /bin/true (2)"}': 1,
    'check_rlimit_passive_destination_up{destination="program /bin/false"}': 0,
  });
});
