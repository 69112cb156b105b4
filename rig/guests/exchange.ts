import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Kernel } from './kernels.js';
import { machines } from './machines.js';
import { scripts, type Places } from './places.js';

/** Empties the exchange folder of a kernel and lays out in it what the guest runs, and what that needs to know. */
export function writeExchange(kernel: Kernel, places: Places, command: string): void {
  rmSync(places.exchange, { recursive: true, force: true });
  mkdirSync(places.exchange, { recursive: true });
  copyFileSync(`${scripts}/guest/run`, `${places.exchange}/run`);
  if (!kernel.hasBtf) copyFileSync(places.types, `${places.exchange}/types.btf`);
  const { checkout, path, output } = machines[kernel.architecture];
  const settings = { checkout, path, output, kernel: kernel.name, command };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
  writeFileSync(`${places.exchange}/settings`, lines.join(''));
}

/** The exit status of the command, or undefined if the guest ended without telling it. */
export function readStatus(places: Places): number | undefined {
  const file = `${places.exchange}/status`;
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8').trim();
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
