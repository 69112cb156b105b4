import type { Program } from '../../test/support/command.js';
import { startAgent } from './agent.js';
import { median } from './statistics.js';
import type { Measurement, Target, Unit } from './question.js';
import type { Workshop } from './workshop.js';

/** Ways to start a program that says something when it is there. */
export const STARTS = {
  /** Node with nothing to do. */
  bare: (workshop: Workshop): Program =>
    workshop.program(process.execPath, '-e', 'console.log("ready"); setInterval(() => {}, 2 ** 30)'),
  /** The least that a Node program is which talks to the kernel by libbpf. */
  floor: (workshop: Workshop): Program => loaded(workshop, 'libraries'),
  /** The library by itself: its programs are in the kernel. */
  descriptor: (workshop: Workshop): Program => loaded(workshop, 'descriptor'),
  /** The agent, on a process and its children. */
  agent: (workshop: Workshop, pid: number): Program =>
    startAgent(workshop, [{ name: 'crowd', pid, above: 100 }], 'dry-run'),
};

function loaded(workshop: Workshop, name: 'libraries' | 'descriptor'): Program {
  return workshop.program(process.execPath, new URL(`../load/${name}.js`, import.meta.url).pathname);
}

/** ms until its first word. */
export async function started(start: () => Program): Promise<{ program: Program; ms: number }> {
  const began = performance.now();
  const program = start();
  await program.until(() => program.stdout.length > 0);
  return { program, ms: performance.now() - began };
}

/** A row beside that of bare Node, and by the median of the pairs at most so much more, if that is a target. */
export function besideBare(
  row: { readonly group: string; readonly name: string; readonly unit: Unit },
  values: readonly number[],
  baseline: readonly number[],
  most?: number,
): Measurement {
  if (most === undefined) return { ...row, values, baseline };
  return { ...row, values, baseline, target: atMostMore(most, row.unit, values, baseline) };
}

function atMostMore(
  most: number,
  unit: Unit,
  values: readonly number[],
  baseline: readonly number[],
): Target {
  const middle = median(values.map((value, i) => value - (baseline[i] ?? NaN)));
  return { text: `at most ${most} ${unit} more (${middle.toFixed(1)})`, met: () => middle <= most };
}
