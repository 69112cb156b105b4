/** Everything outside that can be stuck is stuck, all of it at the same time: what is not is told, asked for and ended as ever. */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { COMMAND } from '../../rig/programs/command.js';
import { Fifo } from '../../rig/programs/fifo.js';
import { pathWith } from '../../rig/programs/path-programs.js';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { AgentFolder } from '../support/agent-config.js';
import { Dated } from '../support/dated.js';
import { hasNewest } from '../support/peers-that-go.js';
import { seconds } from '../support/where.js';

jest.setTimeout(seconds(90));

/** So many changes, of which the middle one is held to the promise: a busy machine may be late with some. */
const CHANGES = 9;
/** Milliseconds. */
const PROMISED = 100;
const END = 1000;

let folder: AgentFolder;
let log: Fifo;
let daemon: NscaDaemon;
/** It accepts, and never says anything. */
let mute: Server;
let accepted: Socket[];
let services: ReadonlyMap<string, Dated>;
let agent: ChildProcess;

beforeEach(async () => {
  folder = new AgentFolder();
  log = new Fifo(folder.path, 'log');
  log.fill();
  // Nobody is at its other end: who opens it to read waits.
  execFileSync('mkfifo', [pidFile()]);
  daemon = await NscaDaemon.start({ method: 14 });
  accepted = [];
  mute = createServer((socket) => accepted.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  services = new Map([
    ['one', await Dated.start()],
    ['two', await Dated.start()],
    ['three', await Dated.start()],
  ]);
});

afterEach(async () => {
  if (agent.exitCode === null && agent.signalCode === null) {
    agent.kill('SIGKILL');
    await once(agent, 'exit');
  }
  for (const dated of services.values()) await dated.end();
  for (const socket of accepted) socket.destroy();
  mute.close();
  await once(mute, 'close');
  await daemon.stop();
  log.close();
  folder.remove();
});

const pidFile = () => join(folder.path, 'pid-file');

function configure(): void {
  const secret = join(folder.path, 'nsca.password');
  writeFileSync(secret, `${PASSWORD}\n`, { mode: 0o600 });
  const rest = 'resource: nofile, warning: 50%, critical: 80%';
  const { port } = mute.address() as AddressInfo;
  const watched = [...services].map(
    ([name, { pid }]) => `  - { service: ${name}, process: { pid: ${pid} }, ${rest} }\n`,
  );
  writeFileSync(
    folder.config,
    `host: gw01
state_directory: ${join(folder.path, 'state')}
status_socket: ${folder.socket}
destinations:
  - { type: nsca, server: 127.0.0.1, port: ${port} }
  - { type: nsca, server: 127.0.0.1, port: ${daemon.port}, encryption: rijndael-128, password_file: ${secret} }
services:
  - { service: nobody knows, process: { user: somebody }, absent: ok, ${rest} }
  - { service: nobody writes, process: { pidfile: ${pidFile()} }, absent: ok, ${rest} }
${watched.join('')}`,
  );
}

/** Milliseconds until the server has it. */
async function comes(name: string): Promise<number> {
  const dated = services.get(name);
  if (!dated) throw new Error(`there is no ${name}`);
  const start = performance.now();
  await daemon.untilSo((results) => hasNewest(results, new Map([[name, dated]])));
  return performance.now() - start;
}

it('the others are told in time, and the agent answers and ends', async () => {
  configure();
  const PATH = pathWith(folder.path, { id: 'exec sleep 600' });
  agent = spawn(COMMAND, ['-c', folder.config, '-v'], {
    stdio: ['ignore', 'ignore', log.fd],
    env: { ...process.env, PATH },
  });
  await Promise.all([...services.keys()].map(comes));
  if (accepted.length === 0) await once(mute, 'connection');

  const delays: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const [name, dated] = [...services][change % services.size] ?? [];
    if (name === undefined || !dated) continue;
    await dated.change(change % 2);
    delays.push(await comes(name));
  }
  const [middle] = delays.toSorted((a, b) => a - b).slice(CHANGES >> 1);
  expect({ delays, isInTime: (middle ?? Infinity) <= PROMISED }).toMatchObject({ isInTime: true });

  const states = await folder.states();
  expect(['nobody knows', 'nobody writes'].map((name) => states.get(name))).toEqual(['UNKNOWN', 'UNKNOWN']);

  const start = performance.now();
  agent.kill('SIGTERM');
  expect(await once(agent, 'exit')).toEqual([0, null]);
  expect(performance.now() - start).toBeLessThan(END);
});
