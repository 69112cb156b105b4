import { execFileSync } from 'node:child_process';
import { bpfIdsOf } from './bpf-ids.js';

/** `struct losses` (bpf/rlimit_events.h): where it has how often somebody was to look at everybody. */
const OBSERVE = 64;

export interface Element {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** The number of a map of this process's one descriptor; undefined where it has none of this name. */
export function mapNamed(name: string): string | undefined {
  const maps = bpfIdsOf(process.pid).filter(({ kind }) => kind === 'map');
  return maps.map(({ id }) => id).find((id) => nameOf(id) === name);
}

export function elementsOf(map: string): Element[] {
  const dump = JSON.parse(bpftool('dump', 'id', map)) as Record<'key' | 'value', string[]>[];
  return dump.map(({ key, value }) => ({ key: parse(key), value: parse(value) }));
}

export function update(map: string, elements: readonly Element[]): void {
  const lines = elements.map(
    ({ key, value }) => `map update id ${map} key hex ${hex(key)} value hex ${hex(value)}\n`,
  );
  execFileSync('bpftool', ['batch', 'file', '-'], { input: lines.join('') });
}

export function remove(map: string, key: Buffer): void {
  bpftool('delete', 'id', map, 'key', 'hex', ...hex(key).split(' '));
}

/** How often the programs of this process's one descriptor have asked it to look at everybody. */
export function looksAskedFor(): number {
  const map = mapNamed('.data.losses');
  const losses = map === undefined ? undefined : elementsOf(map)[0];
  if (!losses) throw new Error('this process has no descriptor');
  return losses.value.readUInt32LE(OBSERVE);
}

function nameOf(id: string): string {
  return (JSON.parse(bpftool('show', 'id', id)) as { name: string }).name;
}

function bpftool(...command: string[]): string {
  return execFileSync('bpftool', ['--json', 'map', ...command], { encoding: 'utf8' });
}

function parse(bytes: readonly string[]): Buffer {
  return Buffer.from(bytes.map((byte) => Number(byte)));
}

function hex(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
