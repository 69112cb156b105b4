import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { createClient, Icinga2Error, type CheckResult } from '../../../src/icinga2-client/index.js';
import { pem } from '../../../rig/servers/authority.js';
import { collectGarbage } from '../../support/collect-garbage.js';
import { ANSWERS, forAnswers } from '../../support/mutated-answers.js';
import { seconds } from '../../support/where.js';
import { Certificates } from '../../unit/icinga2-client/scripted-server.js';
import { dice } from '../../support/seeded.js';

jest.setTimeout(forAnswers(seconds(300)));

const result: CheckResult = {
  host: 'gw01',
  service: 'fds',
  exitStatus: 2,
  output: 'x',
  perfdata: [],
  checkSource: 'gw01',
};

const http = (status: number, body: string, headers = `Content-Length: ${body.length}\r\n`) =>
  `HTTP/1.1 ${status} Some words\r\nServer: Icinga/r2.13.6-1\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const chunked = (body: string) =>
  http(200, `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked\r\n');
const PROCESSED =
  '{"results":[{"code":200,"status":"Successfully processed check result for object \'gw01!fds\'."}]}';

/** As Icinga 2.13 and 2.16 say them. */
const SAYINGS = [
  http(200, PROCESSED),
  chunked(PROCESSED),
  http(404, '{"error":404,"status":"No objects found."}'),
  http(401, '{"error":401,"status":"Unauthorized."}', 'Connection: close\r\nContent-Length: 38\r\n'),
  http(500, '{"results":[]}'),
  http(503, '{"error":503,"status":"Shutting down."}'),
  http(400, '<h1>Accept header is missing</h1>'),
].map((text) => Buffer.from(text));

function mutated(answer: Buffer, next: (below: number) => number): Buffer {
  let bytes = Buffer.from(answer);
  for (let changes = 1 + next(3); changes > 0; changes--) {
    const at = next(bytes.length);
    const end = at + next(bytes.length - at);
    const change = next(5);
    if (change === 0) bytes[at] = next(256);
    else if (change === 1) bytes = bytes.subarray(0, at);
    else if (change === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    else if (change === 3) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([48 + next(10)]), bytes.subarray(at)]);
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

describe(`${ANSWERS} answers that are not quite right`, () => {
  let certificates: Certificates;
  let server: Server;
  let next: (below: number) => number;

  beforeAll(async () => {
    certificates = new Certificates();
    next = dice(20_261_128);
    server = createServer(pem(certificates.authority.issue('mon1')), (socket) => {
      socket.on('error', () => undefined);
      // Whatever is missing never comes.
      socket.on('data', () => socket.end(mutated(SAYINGS[next(SAYINGS.length)] ?? Buffer.of(), next)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
    certificates.remove();
  });

  it('are taken, refused or a typed error of one line, in time, and leave nothing', async () => {
    const { port } = server.address() as AddressInfo;
    const ca = readFileSync(certificates.authority.ca, 'utf8');
    const seen = new Map<string, number>();
    const ask = async (count: number) => {
      const client = createClient({
        host: '127.0.0.1',
        port,
        serverName: 'mon1',
        ca,
        timeout: seconds(20) * 1000,
      });
      for (let asked = 0; asked < count; asked++) {
        const outcome = await client.submit(result).then(
          ({ status }) => status,
          (error: unknown) => {
            if (!(error instanceof Icinga2Error)) throw error;
            // eslint-disable-next-line no-control-regex -- they are what is looked for
            if (error.message.length > 400 || /[\u0000-\u001f]/.test(error.message)) throw error;
            return error.code;
          },
        );
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
      client.close();
    };
    await ask(ANSWERS / 20);
    const before = await grown();
    await Promise.all(Array.from({ length: 4 }, () => ask((ANSWERS * 19) / 80)));
    const after = await grown();

    expect([...seen.values()].reduce((sum, count) => sum + count)).toBe(ANSWERS);
    expect([...seen.keys()].toSorted()).toEqual(
      ['closed', 'not-icinga', 'refused', 'taken', 'unauthorized', 'unavailable'].toSorted(),
    );
    // The last connection of each may still be closing.
    expect(after.handles - before.handles).toBeLessThan(10);
    expect(after.heap - before.heap).toBeLessThan(16 * 1024 * 1024);
  });
});

/** When what has ended is gone. */
async function grown(): Promise<{ handles: number; heap: number }> {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  const handles = process.getActiveResourcesInfo().filter((name) => name.startsWith('T')).length;
  return { handles, heap: process.memoryUsage().heapUsed };
}
