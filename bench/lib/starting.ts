import type { Program } from '../../test/support/command.js';
import { startAgent } from './agent.js';
import { emptyProgram } from './floor.js';
import type { Workshop } from './workshop.js';

/** What the row of `STARTS.empty` is called, beside which the agent's is judged. */
export const FLOOR = 'the floor: also an empty program, and modules of Node';

/** Ways to start a program that says something when it is there. */
export const STARTS = {
  /** Node with nothing to do. */
  bare: (workshop: Workshop): Program =>
    workshop.program(process.execPath, '-e', 'console.log("ready"); setInterval(() => {}, 2 ** 30)'),
  /** The least that a Node program is which talks to the kernel by libbpf. */
  libraries: (workshop: Workshop): Program => loaded(workshop, 'libraries'),
  /** The least that could be an agent. */
  empty: (workshop: Workshop): Program => loaded(workshop, 'empty-program', emptyProgram()),
  /** The library by itself: its programs are in the kernel. */
  descriptor: (workshop: Workshop): Program => loaded(workshop, 'descriptor'),
  /** The agent, on a process and its children. */
  agent: (workshop: Workshop, pid: number): Program =>
    startAgent(workshop, [{ name: 'crowd', pid, above: 100 }], 'dry-run'),
};

type Load = 'libraries' | 'empty-program' | 'descriptor';

function loaded(workshop: Workshop, name: Load, ...parameters: string[]): Program {
  const file = new URL(`../load/${name}.js`, import.meta.url).pathname;
  return workshop.program(process.execPath, file, ...parameters);
}

/** ms until its first word. */
export async function started(start: () => Program): Promise<{ program: Program; ms: number }> {
  const began = performance.now();
  const program = start();
  await program.until(() => program.stdout.length > 0);
  return { program, ms: performance.now() - began };
}
