import { readdirSync, readFileSync } from 'node:fs';
import { bpfIdsOf } from '../support/bpf-ids.js';

/** What an agent has of the machine at one moment. */
interface Sample {
  /** MiB in memory. */
  readonly rss: number;
  readonly descriptors: number;
  /** Programs, maps and links of BPF that it holds. */
  readonly bpf: number;
}

/** The same over a quarter of the time. Of memory it is the median. */
export type Quarter = Sample;

/** MiB, and a share: V8 collects when it likes. */
const RSS_MAY_GROW = { by: 2, share: 1.05 };
/** A connection to each server. */
const DESCRIPTORS_MAY_DIFFER = 2;

export class Samples {
  readonly #samples: Sample[] = [];

  constructor(private readonly pid: number) {}

  take(): void {
    const [, kib] = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
    this.#samples.push({
      rss: Number(kib) / 1024,
      descriptors: readdirSync(`/proc/${this.pid}/fd`).length,
      bpf: bpfIdsOf(this.pid).length,
    });
  }

  /**
   * The four quarters. While a configuration is read again the next agent has its programs beside those of the last, and
   * a connection is a descriptor: of these the least counts, which is what is there in a moment of rest.
   */
  quarters(): Quarter[] {
    const length = Math.floor(this.#samples.length / 4);
    return [0, 1, 2, 3].map((index) => {
      const samples = this.#samples.slice(index * length, (index + 1) * length);
      return {
        rss: median(samples.map(({ rss }) => rss)),
        descriptors: Math.min(...samples.map(({ descriptors }) => descriptors)),
        bpf: Math.min(...samples.map(({ bpf }) => bpf)),
      };
    });
  }
}

/** What grew from the second quarter to the last; in the first, all that is there once comes into being. */
export function growthOf(quarters: readonly Quarter[]): string[] {
  const [, from, , to] = quarters;
  if (!from || !to) return ['there are too few samples'];
  const grown: string[] = [];
  if (to.rss > from.rss * RSS_MAY_GROW.share + RSS_MAY_GROW.by)
    grown.push(`memory grew from ${from.rss.toFixed(1)} to ${to.rss.toFixed(1)} MiB`);
  if (to.descriptors > from.descriptors + DESCRIPTORS_MAY_DIFFER)
    grown.push(`descriptors grew from ${from.descriptors} to ${to.descriptors}`);
  if (to.bpf !== from.bpf) grown.push(`BPF objects were ${from.bpf} and are ${to.bpf}`);
  return grown;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
