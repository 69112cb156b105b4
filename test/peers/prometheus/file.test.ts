/** `metrics_file:`, as Debian's node_exporter reads it. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '../../../rig/programs/command.js';
import { NodeExporter } from '../../../rig/servers/node-exporter.js';
import { AgentFolder } from '../../support/agent-config.js';
import { untilSo } from '../../support/folder-changes.js';
import { samplesIn } from '../../support/metric-samples.js';
import { seconds } from '../../support/where.js';
import { Worker } from '../../support/worker.js';

jest.setTimeout(seconds(60));

let folder: AgentFolder;
/** What the collector reads. */
let read: string;
let worker: Worker;
let agent: Command;
let exporter: NodeExporter;

beforeEach(async () => {
  folder = new AgentFolder();
  read = join(folder.path, 'read');
  mkdirSync(read);
  worker = await Worker.start(100);
  exporter = await NodeExporter.start(read);
  configure('metrics_file: read/agent.prom\n');
  agent = new Command('-v', '-c', folder.config);
});

afterEach(async () => {
  agent.signal('SIGKILL');
  await agent.finished();
  await exporter.stop();
  await worker.end();
  folder.remove();
});

function configure(line: string): void {
  const rest = `state_directory: state\nstatus_socket: status.sock\ndestinations: [{ type: program, run: [/bin/true] }]\n`;
  folder.write({ fds: { pid: worker.pid, keys: 'warning: 50' } }, line + rest);
}

const file = () => join(read, 'agent.prom');
const textOf = () => (existsSync(file()) ? readFileSync(file(), 'utf8') : '');
const untilFileHas = (line: string) => untilSo(read, () => textOf().includes(`${line}\n`));
const state = 'check_rlimit_passive_service_state{service="fds",resource="nofile"}';
const delivered = 'check_rlimit_passive_destination_results_waiting{destination="program /bin/true"} 0';
const heard = (text: string) => agent.until(() => agent.stderr.some((line) => line.includes(text)));

it('has each state soon, for node_exporter, and is gone with the agent', async () => {
  await untilFileHas(`${state} 0`);
  await untilFileHas(delivered);
  await worker.do('open 60');
  await untilFileHas(`${state} 1`);
  const metrics = await exporter.metrics();
  expect(metrics).toContain('\nnode_textfile_scrape_error 0\n');
  expect(metrics).toContain(`node_textfile_mtime_seconds{file="${file()}"}`);
  expect(samplesIn(metrics)).toMatchObject({
    'check_rlimit_passive_service_state{resource="nofile",service="fds"}': 1,
    'check_rlimit_passive_service_state_changes_total{resource="nofile",service="fds"}': 1,
    'check_rlimit_passive_service_processes{resource="nofile",service="fds"}': 1,
  });

  agent.signal('SIGTERM');
  expect((await agent.finished()).status).toBe(0);
  expect(samplesIn(await exporter.metrics())).toEqual({});
  expect(exporter.complaints).toEqual([]);
});

it('goes where a reload has it go', async () => {
  await untilFileHas(`${state} 0`);
  configure('metrics_file: read/other.prom\n');
  agent.signal('SIGHUP');
  await untilSo(read, () => existsSync(join(read, 'other.prom')));
  expect(existsSync(file())).toBe(false);
  configure('');
  agent.signal('SIGHUP');
  await untilSo(read, () => !existsSync(join(read, 'other.prom')));
});

it('is told once to be impossible, and once to be possible again; the agent goes on', async () => {
  await untilFileHas(delivered);
  const away = `${read}.away`;
  renameSync(read, away);
  await worker.do('open 60');
  await heard(`warning: ${file()} cannot be written (ENOENT): check that ${read} is there, `);
  await heard('sent gw01\tfds\t1\t');
  renameSync(away, read);
  await worker.do('close 60');
  await untilFileHas(`${state} 0`);
  await heard(`${file()} is written again`);
  expect(agent.stderr.filter((line) => line.includes('.prom'))).toHaveLength(2);
});
