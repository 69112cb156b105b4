import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whatMatters } from '../../support/bpf-object.js';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const ROOMS = ['src/rlimit-events/bpf', 'src/holdings/bpf'];
const OBJECTS = [
  ...['', '.legacy', '.nobtf', '.legacy.nobtf']
    .flatMap((name) => [name, `${name}.many`])
    .map((name) => ({
      object: `rlimit_events${name}.bpf.o`,
      room: 'src/rlimit-events/bpf',
      source: 'resources/nofile.bpf.h',
    })),
  { object: 'preemption.bpf.o', room: 'src/rlimit-events/bpf', source: 'preemption.bpf.c' },
  { object: 'held.bpf.o', room: 'src/holdings/bpf', source: 'record.h' },
];
/** Twice as long as on a machine that does much else. */
const COMPILING = 360_000;

describe('the BPF objects', () => {
  let folder: string;
  let copy: string;
  let built: string;
  let changed: string;

  // Compiled elsewhere, they are those of the project only if no path is in them.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'object-'));
    copy = join(folder, 'copy');
    for (const part of [...ROOMS, 'scripts']) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    built = build('built');
    for (const source of new Set(OBJECTS.map(({ room, source }) => join(copy, room, source))))
      appendFileSync(source, '__u32 one_more_global;\n');
    changed = build('changed');
  }, COMPILING);

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Compiles the sources of the copy, and answers where the objects are. */
  const build = (name: string): string => {
    const out = join(folder, name);
    mkdirSync(out);
    execFileSync('sh', [join(copy, 'scripts/build-bpf'), out]);
    return out;
  };

  it.each(OBJECTS)(
    '$object is what its source gives, wherever that is: if not, run `npm run build:bpf`',
    ({ object, room }) => {
      expect(whatMatters(join(built, object))).toEqual(whatMatters(join(ROOT, room, object)));
    },
  );

  it.each(OBJECTS)('$object is another, if a source is changed', ({ object }) => {
    expect(whatMatters(join(changed, object))).not.toEqual(whatMatters(join(built, object)));
  });
});
