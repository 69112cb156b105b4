import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from '../support/command.js';
import { NscaDaemon, PASSWORD, type DumpedResult } from '../support/nsca-daemon.js';
import { authorizing, NSCA_NG_KEY, NscaNgServer } from '../support/nsca-ng-server.js';
import { Worker } from '../support/worker.js';

const SERVICES = ['one', 'two', 'three'];

/** What of a server is needed here. */
interface Server {
  readonly port: number;
  begin(): Promise<void>;
  end(): Promise<void>;
  stop(): Promise<void>;
  until(count: number): Promise<DumpedResult[]>;
}

describe.each<[string, { start: () => Promise<Server>; secret: string; keys: string }]>([
  [
    'nsca',
    {
      start: () => NscaDaemon.start({ method: 1 }),
      secret: PASSWORD,
      keys: 'encryption: xor, password_file: secret',
    },
  ],
  [
    'nsca-ng',
    {
      start: () => NscaNgServer.start({ authorize: authorizing('gw01', ...SERVICES) }),
      secret: NSCA_NG_KEY,
      keys: 'identity: gw01, key_file: secret',
    },
  ],
])('an outage of the server, and the death of the agent in it: %s', (type, { start, secret, keys }) => {
  let folder: string;
  let config: string;
  let daemon: Server;
  let workers: Worker[];
  let agent: Command;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outage-'));
    daemon = await start();
    workers = await Promise.all(SERVICES.map(() => Worker.start(100)));
    mkdirSync(join(folder, 'state'), { mode: 0o700 });
    writeFileSync(join(folder, 'secret'), `${secret}\n`, { mode: 0o600 });
    config = join(folder, 'config.yaml');
    const services = workers.map(
      ({ pid }, i) =>
        `  - { service: ${SERVICES[i]}, process: { pid: ${pid} }, resource: nofile, warning: 50, critical: 80 }\n`,
    );
    writeFileSync(
      config,
      `host: gw01
heartbeat: off
state_directory: ${join(folder, 'state')}
status_socket: ${join(folder, 'status.sock')}
destinations:
  - { type: ${type}, server: 127.0.0.1, port: ${daemon.port}, ${keys} }
services:
${services.join('')}`,
    );
    agent = new Command('-c', config, '-v');
    await daemon.until(SERVICES.length);
  });

  afterEach(async () => {
    agent.signal('SIGKILL');
    await agent.finished();
    await Promise.all(workers.map((worker) => worker.end()));
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });

  it('the newest state of each service arrives once, marked delayed, and nothing older after it', async () => {
    await daemon.end();
    for (const worker of workers) {
      await worker.do('open 60');
      await worker.do('open 30');
    }
    const changed = Date.now();
    await saved(join(folder, 'state'), (text) => (text.match(/CRITICAL/g) ?? []).length >= SERVICES.length);
    agent.signal('SIGKILL');
    await agent.finished();
    agent = new Command('-c', config, '-v');
    // Ten seconds are worth a word, and a busy machine takes some to start the agent: what is waited for is time.
    await sleep(Math.max(0, changed + 20_000 - Date.now()));
    await daemon.begin();
    const results = (await daemon.until(2 * SERVICES.length)).slice(SERVICES.length);

    expect(results.map(({ service, returnCode }) => `${service} ${returnCode}`).toSorted()).toEqual(
      SERVICES.map((service) => `${service} 2`).toSorted(),
    );
    for (const { output } of results)
      expect(output).toMatch(/^FDS CRITICAL - .{1,50} \(delayed \d+s\) \|fds=9\d;/);
    // Nothing else is on its way.
    await workers[0]?.do('close 60');
    const isOnTheWay = ({ service, returnCode }: { service: string; returnCode: number }) =>
      service === 'one' && returnCode === 1;
    // On its way down it passes WARNING, which is told if there was time for it.
    let after = (await daemon.until(2 * SERVICES.length + 1)).slice(2 * SERVICES.length);
    if (after.every(isOnTheWay))
      after = (await daemon.until(2 * SERVICES.length + 2)).slice(2 * SERVICES.length);
    expect(after.filter((result) => !isOnTheWay(result))).toMatchObject([{ service: 'one', returnCode: 0 }]);
  }, 120_000);
});

/** Waits until what is kept in the folder says so. */
async function saved(folder: string, is: (text: string) => boolean): Promise<void> {
  const watcher = watch(folder);
  const signal = AbortSignal.timeout(30_000);
  try {
    for (;;) {
      const changed = once(watcher, 'change', { signal });
      if (is(texts(folder))) {
        changed.catch(() => undefined);
        return;
      }
      await changed;
    }
  } finally {
    watcher.close();
  }
}

function texts(folder: string): string {
  return readdirSync(folder)
    .map((name) => {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch {
        // It was renamed since.
        return '';
      }
    })
    .join('\n');
}
