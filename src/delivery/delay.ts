import { withNote } from '../services/index.js';

/** Milliseconds that are nobody's concern. */
const LATE = 10_000;

/** The output, with a note such as `(delayed 4m)` when it goes out so many milliseconds late. */
export function withDelay(output: string, delay: number): string {
  return delay < LATE ? output : withNote(output, `(delayed ${roughly(delay / 1000)})`);
}

function roughly(seconds: number): string {
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ];
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}
