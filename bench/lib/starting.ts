import type { Program } from '../../rig/programs/command.js';
import { startAgent } from './agent.js';
import { bundled } from './bundled.js';
import { floorObject } from './floor.js';
import type { Workshop } from './workshop.js';

export type Start = (workshop: Workshop, pid: number) => Program;

/** Ways to start a program that says something when it is there, each with a little more than the one before. */
export const WAYS = ['bare', 'libraries', 'empty', 'floor', 'agent'] as const;
export type Way = (typeof WAYS)[number];

/** What their rows are called. */
export const NAMES: Record<Way, string> = {
  bare: 'node alone',
  libraries: 'with koffi and libbpf',
  empty: 'also an empty program in the kernel',
  floor: "the floor: the agent's programs, and modules of Node",
  agent: 'the agent',
};

/** What is to be made for some of them is made now, and not when they are measured. */
export function waysToStart<W extends Way>(ways: readonly W[]): Record<W, Start> {
  return Object.fromEntries(ways.map((way) => [way, MADE[way]()])) as Record<W, Start>;
}

const MADE: Record<Way, () => Start> = {
  bare: () => node('-e', 'console.log("ready"); setInterval(() => {}, 2 ** 30)'),
  libraries: () => node(load('libraries')),
  empty: () => node(load('empty-program'), floorObject('tracepoint')),
  floor: () => node(bundled('programs')),
  // On a process and its children.
  agent: () => (workshop, pid) => startAgent(workshop, [{ name: 'crowd', pid, above: 100 }], 'dry-run'),
};

function node(...parameters: string[]): Start {
  return (workshop) => workshop.program(process.execPath, ...parameters);
}

function load(name: string): string {
  return new URL(`../load/${name}.js`, import.meta.url).pathname;
}

/** ms until its first word. */
export async function started(start: () => Program): Promise<{ program: Program; ms: number }> {
  const began = performance.now();
  const program = start();
  await program.until(() => program.stdout.length > 0);
  return { program, ms: performance.now() - began };
}
