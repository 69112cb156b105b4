import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { cache } from './places.js';

/**
 * Waits until no other run of this checkout has guests: they share the cache folder, and two guests at once
 * would take the processors from each other. The lock lasts as long as this process.
 */
export function takeLock(onWait: () => void): void {
  mkdirSync(cache, { recursive: true });
  const descriptor = openSync(`${cache}/lock`, 'w');
  // flock(2) locks the open file, which flock(1) shares with us: its end does not unlock it.
  const flock = (...options: string[]) =>
    spawnSync('flock', [...options, '3'], { stdio: ['ignore', 'ignore', 'inherit', descriptor] }).status ===
    0;
  if (flock('--nonblock')) return;
  onWait();
  flock();
}
