import { describe, expect, it } from '@jest/globals';
import { configJsonSchema, ConfigError, parseConfig } from '../../../src/config/index.js';
import { isTakenByPart, refusedBySchema, UNSAID } from './by-schema.js';
import { example, exampleWith } from './example.js';

const second = example.slice(example.indexOf('  - service'));
/** What a destination of another kind takes the place of. */
const NSCA = /type: nsca[^]*password\n/.exec(example)?.[0] ?? '';
const services = (count: number, text: (index: number) => string) =>
  example.replace(second, Array.from({ length: count }, (_, index) => text(index)).join(''));

/** A text for each rule that the JSON Schema cannot say. */
const TEXTS: Readonly<Record<string, string>> = {
  'the bounds of a duration': `heartbeat: 999ms\n${example}`,
  'the least share': `${example}    report_every: 1%\n`,
  'a quantity of at most 15 digits': exampleWith('80%', '"1000000000000000"'),
  'a range from the smaller to the greater': exampleWith('80%', '20:10'),
  'each service has a name of its own': example + second,
  'as many levels as the kernel takes': services(70, (index) =>
    second.replace('broker', `broker ${index}`).replace('50', String(index)),
  ),
  'as many selectors as the kernel takes': services(1025, (index) =>
    second.replace('broker', `broker ${index}`).replace('4711', String(index + 1)),
  ),
  'names that the destination carries': exampleWith('gw01', 'g'.repeat(64)),
  'paths that Linux takes': exampleWith('pid: 4711', `exe: /${'a'.repeat(4095)}`),
  'names that the kernel keeps': exampleWith('pid: 4711', 'command: fifteen-letterü'),
  'an identity that TLS takes': exampleWith(
    NSCA,
    `type: nsca-ng\n    server: mon1\n    identity: ${'g'.repeat(257)}\n    key_file: k\n`,
  ),
  'the name of a unit that can have processes': exampleWith('pid: 4711', 'unit: broker.timer'),
  'a cgroup from the root of the hierarchy': exampleWith('pid: 4711', 'cgroup: /sys/fs/cgroup/a'),
  'a server without its port, or a name that is no address': exampleWith('127.0.0.1', 'mon1:5667'),
  'a whole URL': exampleWith(
    NSCA,
    'type: icinga2\n    url: https://mon1/v1\n    user: a\n    password_file: p\n',
  ),
  'each server of a list once, however it is written': exampleWith(
    NSCA,
    'type: icinga2\n    urls: ["https://a", { url: "https://a" }]\n    user: a\n    password_file: p\n',
  ),
  "the machine's own name": exampleWith('host: gw01', '').replace(/^ *# default.*/, ''),
};

describe('the JSON Schema', () => {
  it.each(UNSAID)('takes a text for which the check alone has "$rule"', ({ rule, problem }) => {
    const text = TEXTS[rule] ?? '';
    const check = () => parseConfig(text, 'f.yaml', { hostName: () => 'a;b' });
    expect(check).toThrow(ConfigError);
    expect(check).toThrow(problem);
    expect(refusedBySchema(text)).toBeUndefined();
  });

  it('refuses what is like no key, with the place', () => {
    expect(refusedBySchema(exampleWith('warning', 'warnning'))).toMatch(/^\/services\/0 must NOT have/);
    expect(refusedBySchema(exampleWith('nofile', 'nofiles'))).toMatch(/^\/services\/0\/resource must be/);
  });

  it('has a text for each key', () => {
    const without: string[] = [];
    walk(configJsonSchema(), '', (place, key) => {
      // Within `if`, a key is asked for.
      if (!place.includes('/if/') && !('const' in key) && typeof key.description !== 'string')
        without.push(place);
    });
    expect(without).toEqual([]);
  });

  it('has examples that can be written as they are', () => {
    const wrong: string[] = [];
    walk(configJsonSchema(), '', (place, key) => {
      for (const each of key.examples ?? [])
        if (!isTakenByPart(key, each)) wrong.push(`${place}: ${JSON.stringify(each)}`);
    });
    expect(wrong).toEqual([]);
  });
});

interface Key {
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

/** Keys whose value is a constant tell themselves what they are. */
function walk(part: unknown, place: string, visit: (place: string, key: Key) => void): void {
  if (!(part instanceof Object)) return;
  const { properties, ...rest } = part as { properties?: Record<string, Key> };
  for (const [name, key] of Object.entries(properties ?? {})) {
    visit(`${place}/${name}`, key);
    walk(key, `${place}/${name}`, visit);
  }
  for (const [name, each] of Object.entries(rest)) walk(each, `${place}/${name}`, visit);
}
