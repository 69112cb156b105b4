import { LITTLE } from './numbers.js';

/** `enum map_of_element` */
export const ELEMENT_MAPS = {
  level_sets: 1,
  combinations: 2,
  exes: 3,
  commands: 4,
  users: 5,
  cgroups: 6,
  cgroup_paths: 7,
} as const;

const MAP = 0;
const KEY = 16;
const VALUE = 528;
const RESULT = 8;

/** `struct element`, as far as it is filled; without a value it is to be deleted. */
export function encodeElement(element: {
  map: number;
  key: Uint8Array;
  value: Uint8Array | undefined;
}): Uint8Array {
  const bytes = new Uint8Array(VALUE + (element.value?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(MAP, element.map, LITTLE);
  view.setUint32(4, Number(element.value === undefined), LITTLE);
  bytes.set(element.key, KEY);
  if (element.value) bytes.set(element.value, VALUE);
  return bytes;
}

/** What came of it: 0, or a negative error number; undefined, if the program was run for no task. */
export function decodeElementResult(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return view.getUint32(MAP, LITTLE) === 0 ? view.getInt32(RESULT, LITTLE) : undefined;
}
