/** A server of each kind goes away, and who sends to it is killed meanwhile: it gets what is new, once. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceResult, State } from '../../src/services/index.js';
import { Command } from '../../rig/programs/command.js';
import { EACH_KIND, KNOWN, type Come, type Peer } from '../support/each-kind.js';
import { fdsResult } from '../support/fds-result.js';
import { untilOutboxes } from '../support/folder-changes.js';
import { OtherOutbox } from '../support/other-outbox.js';
import { seconds } from '../support/where.js';
import { Worker } from '../support/worker.js';

jest.setTimeout(seconds(120));

const byName = (one: Come, other: Come) => one.service.localeCompare(other.service);

describe.each(EACH_KIND)('an outage of $name', ({ start, servesOn = false }) => {
  let folder: string;
  let state: string;
  let peer: Peer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outage-'));
    state = join(folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    peer = await start(folder);
  });

  afterEach(async () => {
    await peer.stop();
    rmSync(folder, { recursive: true });
  });

  describe('and the death of an outbox in it', () => {
    let outboxes: OtherOutbox[];
    beforeEach(() => {
      outboxes = [];
    });
    afterEach(async () => {
      for (const outbox of outboxes) await outbox.kill();
    });

    const begin = () => {
      const outbox = new OtherOutbox(peer.written, join(state, 'outbox.json'));
      outboxes.push(outbox);
      return outbox;
    };
    const all = (state: State, rest: Partial<ServiceResult> = {}) =>
      KNOWN.map((service) => fdsResult(service, state, rest));
    const minuteAgo = () => ({ time: Date.now() - 60_000 });

    it('leave the newest state of each service, once, and it says how late it is', async () => {
      const killed = begin();
      killed.push(...all('OK'));
      await killed.until(() => killed.sent() === KNOWN.length);
      await peer.until(KNOWN.length);

      await peer.end();
      killed.push(...all('WARNING', minuteAgo()));
      await killed.until(() => killed.failures() > 0);
      killed.push(...all('CRITICAL', minuteAgo()));
      await untilOutboxes(state, (text) => text.split('FDS CRITICAL').length === 4);
      await killed.kill();

      const outbox = begin();
      await outbox.until(() => outbox.failures() > 0);
      // As an agent does at its start; what is still so is known since before.
      outbox.push(fdsResult('one', 'CRITICAL'), fdsResult('two', 'OK'));
      await peer.begin();
      await outbox.until(() => outbox.sent() === KNOWN.length);

      const results = await peer.until(2 * KNOWN.length);
      expect(results.slice(0, KNOWN.length).map(({ text }) => text)).toEqual(KNOWN.map(() => 'FDS OK'));
      expect(results.slice(KNOWN.length).toSorted(byName)).toEqual([
        { service: 'one', returnCode: 2, text: 'FDS CRITICAL (delayed 1m)' },
        { service: 'three', returnCode: 2, text: 'FDS CRITICAL (delayed 1m)' },
        { service: 'two', returnCode: 0, text: 'FDS OK' },
      ]);
      await untilOutboxes(state, (text) => text === '');
    });
  });

  // What the agent says first travels on the connection of its first results.
  if (servesOn) return;

  describe('and the death of the agent in it', () => {
    let workers: Worker[];
    let config: string;
    let agent: Command | undefined;

    beforeEach(async () => {
      workers = await Promise.all(KNOWN.map(() => Worker.start(100)));
      config = join(folder, 'config.yaml');
      const services = workers.map(
        ({ pid }, index) =>
          `  - { service: ${KNOWN[index]}, process: { pid: ${pid} }, resource: nofile, warning: 50, critical: 80 }\n`,
      );
      writeFileSync(
        config,
        `host: gw01
heartbeat: off
state_directory: ${state}
status_socket: ${join(folder, 'status.sock')}
destinations:
  - ${JSON.stringify(peer.written)}
services:
${services.join('')}`,
      );
    });

    afterEach(async () => {
      agent?.signal('SIGKILL');
      await agent?.finished();
      await Promise.all(workers.map((worker) => worker.end()));
    });

    it('leave the newest state of each service, once, and nothing older after it', async () => {
      agent = new Command('-c', config, '-v');
      await peer.until(KNOWN.length);
      await peer.end();
      for (const worker of workers) {
        await worker.do('open 60');
        await worker.do('open 30');
      }
      await untilOutboxes(state, (text) => (text.match(/CRITICAL/g) ?? []).length >= KNOWN.length);
      agent.signal('SIGKILL');
      await agent.finished();
      const again = (agent = new Command('-c', config, '-v'));
      await again.until(() => again.stderr.some((line) => line.includes('3 results wait, next try in')));
      await peer.begin();
      const results = (await peer.until(2 * KNOWN.length)).slice(KNOWN.length);
      expect(results.toSorted(byName)).toEqual(
        KNOWN.toSorted().map((service) => ({
          service,
          returnCode: 2,
          text: expect.stringMatching(/^FDS CRITICAL - /),
        })),
      );
      // Nothing else is on its way.
      await workers[0]?.do('close 60');
      const isOnTheWay = ({ service, returnCode }: Come) => service === 'one' && returnCode === 1;
      // On its way down it passes WARNING, which is told if there was time for it.
      let after = (await peer.until(2 * KNOWN.length + 1)).slice(2 * KNOWN.length);
      if (after.every(isOnTheWay)) after = (await peer.until(2 * KNOWN.length + 2)).slice(2 * KNOWN.length);
      expect(after.filter((one) => !isOnTheWay(one))).toMatchObject([{ service: 'one', returnCode: 0 }]);
    });
  });
});
