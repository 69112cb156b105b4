import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const BPF = 'src/rlimit-events/bpf';
const OBJECT = 'rlimit_events.bpf.o';

describe('the BPF object', () => {
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
    return readFileSync(join(folder, OBJECT));
  };

  it('is what its source gives: if not, run `npm run build:bpf`', () => {
    const committed = readFileSync(join(ROOT, BPF, OBJECT));
    expect(build(ROOT).equals(committed)).toBe(true);
  });

  describe('of a copy elsewhere', () => {
    let copy: string;

    beforeEach(() => {
      copy = join(folder, 'copy');
      for (const part of [BPF, 'scripts']) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    });

    it('has the same bytes', () => {
      expect(build(copy).equals(build(ROOT))).toBe(true);
    });

    it('has others, if a header is changed', () => {
      appendFileSync(join(copy, BPF, 'nofile.h'), '__u32 one_more_global;\n');
      expect(build(copy).equals(build(ROOT))).toBe(false);
    });
  });
});
