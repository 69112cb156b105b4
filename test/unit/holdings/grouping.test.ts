import { beforeEach, describe, expect, it } from '@jest/globals';
import { reversed } from '../../../src/holdings/folders.js';
import { Grouping } from '../../../src/holdings/grouping.js';

let grouping: Grouping;

beforeEach(() => {
  grouping = new Grouping();
});

/** As `what ×count`, the largest first, and by name where they are equal. */
const groups = () => grouping.groups().map(({ what, count }) => `${what} ×${count}`);

const addPath = (path: string, count: number) => {
  grouping.addPath(reversed(path), count);
};

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('paths', () => {
  it('are a group each while they are few', () => {
    for (const i of numbers(20)) addPath(`/var/log/${i}`, 20 - i);
    expect(groups()).toEqual(numbers(20).map((i) => `/var/log/${i} ×${20 - i}`));
  });

  it('become one group if they are many in one folder', () => {
    for (const i of numbers(21)) addPath(`/var/log/${i}`, 2);
    addPath('/etc/passwd', 1);
    expect(groups()).toEqual(['/var/log/* ×42', '/etc/passwd ×1']);
  });

  it('stay a group by themselves, with a tenth of what the folder has', () => {
    for (const i of numbers(300)) addPath(`/var/log/${i}`, 1);
    addPath('/var/log/leak', 100);
    expect(groups()).toEqual(['/var/log/* ×300', '/var/log/leak ×100']);
  });

  it('become one group if they are spread over many folders of one', () => {
    for (const i of numbers(5000)) addPath(`/var/cache/${i % 256}/${i}`, 1);
    expect(groups()).toEqual(['/var/cache/* ×5000']);
  });

  it('are not all one group, however many the folders of the root are', () => {
    for (const i of numbers(30)) addPath(`/${i}/file`, 1);
    expect(groups()).toHaveLength(30);
  });
});

describe('names', () => {
  it('that begin alike become one group if they are many', () => {
    for (const i of numbers(30)) {
      grouping.addName(`memfd:${i}`, 4);
      grouping.addName(`UNIX @${i}`, 3);
      grouping.addName(`UNIX listening /run/${i}`, 2);
    }
    grouping.addName('pipe', 1);
    expect(groups()).toEqual(['memfd:* ×120', 'UNIX * ×90', 'UNIX listening * ×60', 'pipe ×1']);
  });

  it('have one line, nothing that means something to Nagios, and a bounded length', () => {
    addPath('/tmp/a|b\\n\n\u0007', 3);
    addPath(Buffer.from('/tmp/größe').toString('latin1'), 2);
    addPath(`/tmp/${'x'.repeat(4000)}/end`, 1);
    const [odd, utf8, long] = grouping.groups().map(({ what }) => what);
    expect(odd).toBe('/tmp/a?b?n??');
    expect(utf8).toBe('/tmp/größe');
    expect(long).toMatch(/^\/tmp\/x+…x+\/end$/);
    expect(long).toHaveLength(96);
  });

  it('that look the same when printed are one group', () => {
    addPath('/a\n', 1);
    addPath('/a\r', 2);
    expect(groups()).toEqual(['/a? ×3']);
  });

  it('are kept if they are of the 64 largest', () => {
    for (const i of numbers(100)) grouping.addName(`[${i}]`, 200 - i);
    expect(groups()).toEqual(numbers(64).map((i) => `[${i}] ×${200 - i}`));
  });
});

describe('internet sockets', () => {
  const TCP = { type: 1, protocol: 6 };
  const UDP = { type: 2, protocol: 17 };
  const ESTABLISHED = 1;
  const CLOSE_WAIT = 8;
  const LISTEN = 10;

  /** `struct held_socket` of bpf/held.h */
  const socket = ({
    family = 2,
    type = TCP.type,
    protocol = TCP.protocol,
    state = ESTABLISHED,
    local = 0,
    peer = [] as number[],
    port = 0,
  }) => {
    const bytes = Buffer.alloc(28);
    bytes.writeUInt16BE(port);
    Buffer.from(peer).copy(bytes, 2);
    [family, type, protocol, state, local].forEach((value, i) => bytes.writeUInt16LE(value, 18 + 2 * i));
    return bytes.toString('latin1');
  };
  const add = (fields: Parameters<typeof socket>[0], count = 1) => {
    grouping.addInet(socket(fields), count);
  };
  const v6 = (hex: string) => [...Buffer.from(hex.replaceAll(' ', ''), 'hex')];

  it('are told by their peer and state', () => {
    for (const i of numbers(640))
      add({ state: CLOSE_WAIT, local: 40_000 + i, peer: [192, 0, 2, 7], port: 1883 });
    for (const i of numbers(3)) add({ ...UDP, local: 50_000 + i, peer: [192, 0, 2, 53], port: 53 });
    expect(groups()).toEqual(['TCP 192.0.2.7:1883 CLOSE_WAIT ×640', 'UDP 192.0.2.53:53 ×3']);
  });

  it('that others have connected are told by the port here and where from', () => {
    for (const i of numbers(50)) add({ local: 8080, peer: [192, 0, 2, 9], port: 40_000 + i });
    for (const i of numbers(7)) add({ local: 8080, peer: [192, 0, 2, 10], port: 40_000 + i });
    expect(groups()).toEqual([
      'TCP :8080 from 192.0.2.9 ESTABLISHED ×50',
      'TCP :8080 from 192.0.2.10 ESTABLISHED ×7',
    ]);
  });

  it('from many addresses become one group', () => {
    for (const i of numbers(50)) add({ local: 8080, peer: [192, 0, 2, i], port: 40_000 + i });
    for (const i of numbers(25)) add({ local: 8080, peer: [203, 0, 113, 1], port: 41_000 + i });
    expect(groups()).toEqual([
      'TCP :8080 from * ESTABLISHED ×50',
      'TCP :8080 from 203.0.113.1 ESTABLISHED ×25',
    ]);
  });

  it('to many peers become one group by the port, and to many ports by nothing', () => {
    for (const i of numbers(50)) add({ local: 40_000 + i, peer: [192, 0, 2, i], port: 443 });
    expect(groups()).toEqual(['TCP *:443 ESTABLISHED ×50']);
    grouping = new Grouping();
    for (const i of numbers(50)) add({ local: 40_000 + i, peer: [192, 0, 2, i], port: 1000 + i });
    expect(groups()).toEqual(['TCP * ESTABLISHED ×50']);
  });

  it('without a peer are told by the port here', () => {
    add({ state: LISTEN, local: 80 }, 4);
    add({ ...UDP, state: 7, local: 5353 }, 3);
    add({ state: 7 }, 2);
    add({ type: 3, protocol: 255, state: 7, local: 255 }, 1);
    expect(groups()).toEqual([
      'TCP listening :80 ×4',
      'UDP :5353 ×3',
      'TCP unconnected ×2',
      'raw IP :255 ×1',
    ]);
  });

  it.each([
    ['2001 0db8 0000 0000 0000 0000 0000 0007', '[2001:db8::7]'],
    ['0000 0000 0000 0000 0000 0000 0000 0001', '[::1]'],
    ['2001 0db8 0000 0001 0000 0000 0000 0007', '[2001:db8:0:1::7]'],
    ['2001 0db8 0001 0000 0001 0001 0001 0001', '[2001:db8:1:0:1:1:1:1]'],
    ['0000 0000 0000 0000 0000 ffff c000 0207', '192.0.2.7'],
    ['fe80 0000 0000 0000 0000 0000 0000 0000', '[fe80::]'],
  ])('have IPv6 addresses: %s', (hex, text) => {
    add({ family: 10, peer: v6(hex), port: 443 });
    expect(groups()).toEqual([`TCP ${text}:443 ESTABLISHED ×1`]);
  });
});
