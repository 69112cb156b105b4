import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const ROOMS = ['src/rlimit-events/bpf', 'src/holdings/bpf'];
const OBJECTS = [
  ['rlimit_events.bpf.o', 'src/rlimit-events/bpf', 'nofile.h'],
  ['rlimit_events.legacy.bpf.o', 'src/rlimit-events/bpf', 'nofile.h'],
  ['rlimit_events.nobtf.bpf.o', 'src/rlimit-events/bpf', 'nofile.h'],
  ['rlimit_events.legacy.nobtf.bpf.o', 'src/rlimit-events/bpf', 'nofile.h'],
  ['held.bpf.o', 'src/holdings/bpf', 'record.h'],
] as const;

describe.each(OBJECTS)('the BPF object %s', (object, room, header) => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'object-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** What clang makes of the sources under `root`. */
  const build = (root: string): Buffer => {
    execFileSync('sh', [join(root, 'scripts/build-bpf'), folder]);
    return readFileSync(join(folder, object));
  };

  it('is what its source gives: if not, run `npm run build:bpf`', () => {
    const committed = readFileSync(join(ROOT, room, object));
    expect(build(ROOT).equals(committed)).toBe(true);
  });

  describe('of a copy elsewhere', () => {
    let copy: string;

    beforeEach(() => {
      copy = join(folder, 'copy');
      for (const part of [...ROOMS, 'scripts'])
        cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    });

    it('has the same bytes', () => {
      expect(build(copy).equals(build(ROOT))).toBe(true);
    });

    it('has others, if a header is changed', () => {
      appendFileSync(join(copy, room, header), '__u32 one_more_global;\n');
      expect(build(copy).equals(build(ROOT))).toBe(false);
    });
  });
});
