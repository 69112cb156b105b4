import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import type { Resource } from '../../../src/resources/index.js';
import { bpfIdsOf } from '../../support/bpf-ids.js';
import { Recorder } from '../../support/recorder.js';
import { seconds } from '../../support/where.js';

jest.setTimeout(seconds(20));

describe('a resource that nobody asks for', () => {
  let before: ReadonlySet<string>;
  let recorder: Recorder | undefined;

  beforeEach(() => {
    before = new Set(bpfIdsOf(process.pid).map(({ kind, id }) => `${kind} ${id}`));
  });

  afterEach(() => {
    recorder?.descriptor.close();
  });

  /** What this process has in the kernel by the descriptor: a program by a descriptor of its own, and by its link's. */
  const kept = (kind: 'prog' | 'link') => {
    const ids = bpfIdsOf(process.pid).filter(
      (each) => each.kind === kind && !before.has(`${kind} ${each.id}`),
    );
    return [...new Map(ids.map((each) => [each.id, each])).values()];
  };

  /** The names of its programs, as bpftool(8) has them: at most 15 bytes. */
  const programs = () =>
    kept('prog').map(({ id }) => {
      const shown = spawnSync('bpftool', ['--json', 'prog', 'show', 'id', id], { encoding: 'utf8' });
      expect(shown.stderr).toBe('');
      return (JSON.parse(shown.stdout) as { name: string }).name;
    });

  const watching = (...resources: [Resource, ...Resource[]]) => {
    recorder = new Recorder({ resources });
    return recorder.descriptor;
  };

  it('has no program in the kernel and nothing attached, and has them with its first level', () => {
    const descriptor = watching('nofile');
    const [progs, links] = [kept('prog').length, kept('link').length];
    expect(links).toBeGreaterThan(0);
    descriptor.watch(process.pid, { resource: 'nofile', levels: [] });
    expect(kept('link')).toHaveLength(links);
    descriptor.watch(process.pid, { resource: 'data', levels: [] });
    expect(kept('prog').length).toBeGreaterThan(progs);
    expect(kept('link').length).toBeGreaterThan(links);
  });

  it('has no part in the programs of another', () => {
    watching('as');
    const ofDescriptors = programs().filter((name) =>
      /fd_install|filp_|do_dup2|put_unused|close_range|put_files/.test(name),
    );
    expect(ofDescriptors).toEqual([]);
    // What sees memory change: where it is over, or the end of each system call.
    const ofMemory = programs().filter((name) => /^(classic__)?syscal|^(fentry|kprobe)__userf/.test(name));
    expect(ofMemory).toHaveLength(1);
  });
});
