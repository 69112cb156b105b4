import type { Bound } from '../../services/index.js';
import { parsed, Problem } from './parsed.js';
import { found, unwanted } from './wants.js';

/** Fifteen digits, as in a range. */
const count = /^[1-9]\d{0,14}$/;
const share = /^(\d{1,3}(?:\.\d{1,2})?)%$/;

/** A count from 1, or a share of the soft limit from `leastShare` to 100%. */
export function bound({ what, example, leastShare }: { what: string; example: string; leastShare: number }) {
  return parsed((written): Bound | Problem => {
    const text = plain(written);
    if (count.test(text)) return { kind: 'value', value: Number(text) };
    const percent = Number(share.exec(text)?.[1] ?? NaN);
    if (percent >= leastShare && percent <= 100) return { kind: 'share', percent };
    if (Number.isNaN(percent)) return new Problem(unwanted(written, what, example));
    return new Problem(`${found(written)} is not from ${leastShare}% to 100%; write one such as ${example}`);
  });
}

/** A count from 1. */
export function counted(what: string, example: string) {
  return parsed((written) => {
    const text = plain(written);
    return count.test(text) ? Number(text) : new Problem(unwanted(written, what, example));
  });
}

function plain(written: unknown): string {
  return typeof written === 'number' || typeof written === 'string' ? String(written) : '';
}
