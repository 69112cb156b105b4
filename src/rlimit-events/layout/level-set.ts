import { kindNumber, LEVEL_KINDS, MAX_LEVELS, type Level } from '../levels.js';
import { LITTLE } from './numbers.js';

/** `struct level_set`; the levels are sorted, see compareLevels(). A step of 0 is none. */
export function encodeLevelSet(set: {
  levels: readonly Level[];
  inherited: number;
  step: number;
}): Uint8Array {
  const bytes = new Uint8Array(16 + 16 * MAX_LEVELS);
  const view = new DataView(bytes.buffer);
  for (let kind = 0; kind <= LEVEL_KINDS; kind++)
    view.setUint8(kind, set.levels.filter((level) => kindNumber(level) < kind).length);
  view.setUint32(4, set.inherited, LITTLE);
  view.setBigUint64(8, BigInt(set.step), LITTLE);
  set.levels.forEach((level, index) => {
    const offset = 16 + 16 * index;
    if (level.kind === 'value') {
      view.setBigUint64(offset, BigInt(level.value), LITTLE);
    } else {
      view.setUint32(offset + 8, Math.round(level.percent * 100), LITTLE);
      view.setUint32(offset + 12, level.above ? 10_000 : 9999, LITTLE);
    }
  });
  return bytes;
}
