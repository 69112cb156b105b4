/** The outbox, our client and Debian's Icinga 2, which reads its configuration again and is stopped meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once, EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Outbox } from '../../../src/delivery/index.js';
import { makeDestination } from '../../../src/destinations/index.js';
import { IcingaServer } from '../../../rig/servers/icinga-server.js';
import { ICINGAS } from '../../../rig/servers/icingas.js';
import { result } from '../../unit/delivery/fake-destination.js';

const SERVICES = Array.from({ length: 200 }, (_, number) => `service ${number}`);
const PASSWORD = 'not a secret';

describe.each(ICINGAS)('a reload of $name', (icinga) => {
  let folder: string;
  let server: IcingaServer;
  let outbox: Outbox;
  let log: string[];
  const events = new EventEmitter();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'icinga2-'));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
    server = await IcingaServer.prepare(icinga);
    const objects = SERVICES.map(
      (service) => `object Service "${service}" { import "rlimit-service"; host_name = "gw01" }\n`,
    );
    const { output, status } = server.check(`
object ApiUser "gw01" { password = "${PASSWORD}"; permissions = [ "actions/process-check-result" ] }
object Host "gw01" { check_command = "passive" }
${objects.join('')}`);
    expect({ output, status }).toMatchObject({ status: 0 });
    await server.start();
    log = [];
    const destination = makeDestination({
      type: 'icinga2',
      urls: [{ url: server.url, serverName: server.name }],
      user: 'gw01',
      passwordFile,
      caFile: server.authority.ca,
    });
    outbox = new Outbox({
      destination,
      log: (level, message) => {
        log.push(`${level} ${message}`);
        events.emit(level);
      },
    });
  });

  afterEach(async () => {
    await outbox.stop();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(['reload', 'stop and start'])(
    '(%s) loses no newest state that it has acknowledged',
    async (way) => {
      const newest = new Map<string, string>();
      const push = (number: number) => {
        const service = SERVICES[number % SERVICES.length] ?? '';
        outbox.push(result(number, { service }));
        newest.set(service, String(number));
      };
      const isBroken = () => log.some((line) => line.startsWith('warning'));
      for (const number of SERVICES.keys()) push(number);
      while (outbox.status().waiting > 0) await once(events, 'detail');
      const again = once(events, 'notice');
      const done = way === 'reload' ? server.reload() : server.end().then(() => server.start());
      for (let number = SERVICES.length; !isBroken(); number++) {
        push(number);
        while (outbox.status().waiting > 2 && !isBroken()) await nextTurn();
      }
      await done;
      await again;
      while (outbox.status().waiting > 0) await once(events, 'detail');
      const outputs = await server.outputs();
      // Those that came late say so.
      const wrong = [...newest].filter(([service, text]) => outputs.get(service)?.split(' (')[0] !== text);
      expect(wrong).toEqual([]);
      expect(log.filter((line) => line.startsWith('error'))).toEqual([]);
    },
  );
});
