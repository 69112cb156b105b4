/**
 * Five destinations: one is dead, one refuses a service, one hangs after connecting, and the other two have every state.
 */
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../../rig/programs/command.js';
import { NscaDaemon, PASSWORD } from '../../rig/servers/nsca-daemon.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../../rig/servers/nsca-ng-server.js';
import { untilSo } from '../support/folder-changes.js';
import { seconds } from '../support/where.js';
import { Worker } from '../support/worker.js';

jest.setTimeout(seconds(90));

let folder: string;
let daemon: NscaDaemon;
/** Takes the service `others`, and no other. */
let refusing: NscaNgServer;
let worker: Worker;
let agent: Command | undefined;
let hanging: Server;
/** Its connections, which the agent gives up after 10 s. */
let held: Socket[];
let isGivenUp: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'side-by-side-'));
  daemon = await NscaDaemon.start({ method: 1 });
  refusing = await NscaNgServer.start({ authorize: authorizing('gw01', 'others') });
  worker = await Worker.start(100);
  held = [];
  isGivenUp = false;
  hanging = createServer((socket) => {
    held.push(socket);
    socket.on('error', () => undefined).resume();
    socket.on('close', () => (isGivenUp = true));
  }).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
});

afterEach(async () => {
  agent?.signal('SIGTERM');
  await agent?.finished();
  await worker.end();
  for (const socket of held) socket.destroy();
  hanging.close();
  await refusing.stop();
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

it('are independent of each other', async () => {
  const place = (name: string) => join(folder, name);
  writeFileSync(place('nsca.password'), `${PASSWORD}\n`, { mode: 0o600 });
  writeFileSync(place('nsca-ng.key'), `${NSCA_NG_KEY}\n`, { mode: 0o600 });
  writeFileSync(place('lines'), '');
  const { port } = hanging.address() as AddressInfo;
  const nsca = (at: number) => `{ type: nsca, server: 127.0.0.1, port: ${at}, password_file: nsca.password }`;
  writeFileSync(
    place('config.yaml'),
    `host: gw01
state_directory: ${folder}
status_socket: ${place('status.sock')}
destinations:
  - ${nsca(1)}
  - { type: nsca-ng, server: 127.0.0.1, port: ${refusing.port}, identity: gw01, key_file: nsca-ng.key }
  - ${nsca(port)}
  - ${nsca(daemon.port)}
  - { type: program, run: [/bin/sh, -c, 'cat >> "$0"', "${place('lines')}"], keep: true }
services:
  - { service: fds, process: { pid: ${worker.pid} }, resource: nofile, warning: 50, critical: 80 }
  - { service: others, process: { pid: ${process.pid} }, resource: nofile, warning: 100% }
`,
  );
  const { count } = await worker.do('open 0');
  agent = new Command('-c', place('config.yaml'));
  await lines(2);
  await worker.do(`open ${51 - count}`);
  await worker.do('open 30');
  await worker.do('close 1');
  await worker.do('close 30');
  const states = [0, 1, 2, 1, 0];
  const byProgram = async (count: number) =>
    (await lines(count)).map((line) => {
      const [, service = '', code] = line.split('\t');
      return { service, returnCode: Number(code) };
    });
  expect(await statesOf('fds', states.length, byProgram)).toEqual(states);
  expect(await statesOf('fds', states.length, (count) => daemon.until(count))).toEqual(states);
  await refusing.until(1);
  // It still waits for the first word of the one that hangs.
  expect({ held: held.length, isGivenUp }).toEqual({ held: 1, isGivenUp: false });
  const { stdout } = await Command.run('status', '--socket', place('status.sock'));
  expect(stdout.join('\n')).toMatch(
    new RegExp(
      [
        String.raw`nsca 127\.0\.0\.1:1: nothing delivered yet, 2 results wait, .*ECONNREFUSED.*`,
        `nsca-ng gw01@127.0.0.1:${refusing.port}: last delivery .*`,
        ' +fds refused for .*not authorized.*',
        `nsca 127.0.0.1:${port}: nothing delivered yet, .*wait, being tried`,
        `nsca 127.0.0.1:${daemon.port}: .*`,
        'program /bin/sh: .*',
      ].join('\n'),
    ),
  );
  expect(new Set(refusing.results().map(({ service }) => service))).toEqual(new Set(['others']));
});

/** The first different states of a service; what fills it comes behind as a further result of the same state. */
async function statesOf(
  service: string,
  count: number,
  read: (count: number) => Promise<readonly { service: string; returnCode: number }[]>,
): Promise<number[]> {
  let wanted = 1;
  for (;;) {
    const results = await read(wanted);
    wanted = results.length + 1;
    const codes = results.filter((result) => result.service === service).map(({ returnCode }) => returnCode);
    const states = codes.filter((code, index) => code !== codes[index - 1]);
    if (states.length >= count) return states;
  }
}

/** Waits for so many lines of the program. */
async function lines(count: number): Promise<string[]> {
  const there = () => readFileSync(join(folder, 'lines'), 'utf8').split('\n').slice(0, -1);
  await untilSo(folder, () => there().length >= count, seconds(30));
  return there();
}
