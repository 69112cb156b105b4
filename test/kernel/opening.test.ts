/** A kernel takes the programs of each resource, and its descriptor sees what it tests itself by. */
import { afterEach, expect, it, jest } from '@jest/globals';
import { RESOURCES, type Resource } from '../../src/resources/index.js';
import { Recorder } from '../support/recorder.js';
import { attachMode, operations, seconds } from '../support/where.js';

jest.setTimeout(seconds(10));

/** Those first that differ most in their programs: in a guest, where opening one takes up to 20 s, six stand for all. */
const FIRST: readonly Resource[] = ['nofile', 'nproc', 'sigpending', 'as', 'cpu', 'rss'];
const ALL = [...new Set([...FIRST, ...(Object.keys(RESOURCES) as Resource[])])];

let recorder: Recorder | undefined;

afterEach(() => {
  recorder?.descriptor.close();
});

it.each(ALL.slice(0, operations(ALL.length, FIRST.length)))('opens %s', (resource) => {
  recorder = new Recorder({ resources: [resource] });
  expect(['auto', recorder.descriptor.attach]).toContain(attachMode);
  // What is attached for a match alone.
  const group = recorder.group('nobody', [], { resource });
  group.match({ kind: 'command', name: 'nobody' });
  group.match({ kind: 'user', uid: 0xffff_fffe });
  group.match({ kind: 'cgroup', path: '/nobody' });
  expect(recorder.descriptor.report()).toEqual([]);
});
