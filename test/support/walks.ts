import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RlimitEvent } from '../../src/rlimit-events/index.js';
import { CWorker } from './c-worker.js';
import type { Bits } from './compiled.js';
import type { Recorder } from './recorder.js';

export interface Walk {
  readonly steps: number;
  readonly seed: number;
  readonly threads?: number;
  /** One operation in so many forks. */
  readonly forks?: number;
  /** One operation in so many executes. */
  readonly execs?: number;
  readonly levels: readonly number[];
  /** Of the program's registers. Default 64. */
  readonly bits?: Bits;
}

/** What each process did, by its pid: "up 20 21", "start 17 4711" (count, parent), "exec 15", "end". */
export type Ways = ReadonlyMap<number, readonly string[]>;

/** A random walk over descriptors (workers/walker.c), and the truth about it. */
export class Walker {
  readonly #folder: string;
  readonly #notes: string;

  private constructor(
    readonly worker: CWorker,
    folder: string,
    notes: string,
  ) {
    this.#folder = folder;
    this.#notes = notes;
  }

  /** It stands still until go(). */
  static async start({
    steps,
    seed,
    threads = 1,
    forks = 0,
    execs = 0,
    levels,
    bits = 64,
  }: Walk): Promise<Walker> {
    const folder = mkdtempSync(join(tmpdir(), 'walk-'));
    const notes = join(folder, 'notes');
    const fd3 = openSync(notes, 'a');
    const parameters = [steps, seed, threads, forks, execs, ...levels];
    const worker = await CWorker.start('walker', { parameters, fd3, bits });
    closeSync(fd3);
    return new Walker(worker, folder, notes);
  }

  /** Walks to the end of all its processes. */
  async go(): Promise<Ways> {
    this.worker.send('go');
    const status = await this.worker.ended();
    if (status !== 0) throw new Error(`the walker ended with status ${status}`);
    const ways = new Map<number, string[]>();
    for (const line of readFileSync(this.#notes, 'utf8').trimEnd().split('\n')) {
      const space = line.indexOf(' ');
      add(ways, Number(line.slice(0, space)), line.slice(space + 1));
    }
    return ways;
  }

  async end(): Promise<void> {
    await this.worker.end();
    rmSync(this.#folder, { recursive: true });
  }
}

/** What a descriptor told, in the words of the truth. */
export function toldWays(events: readonly RlimitEvent[]): Ways {
  const ways = new Map<number, string[]>();
  for (const event of events) {
    switch (event.type) {
      case 'level':
        add(ways, event.pid, `${event.direction} ${event.level} ${event.value}`);
        break;
      case 'process-started':
        add(ways, event.pid, `start ${event.value} ${event.parent}`);
        break;
      case 'process-executed':
        add(ways, event.pid, `exec ${event.value}`);
        break;
      case 'process-ended':
        add(ways, event.pid, 'end');
        break;
      case 'process-regrouped':
      case 'limit-changed':
      case 'step':
      case 'lost':
      case 'state':
        throw new Error(`a walk should not give this: ${JSON.stringify(event)}`);
    }
  }
  return ways;
}

/**
 * Where a descriptor's way and the true one part, or undefined if they never do.
 *
 * An operation that moves several descriptors, like recvmsg(2), may be looked at in its middle: by
 * another thread, and in the modes that hook the installation of each. Then the level is told with a
 * value from the middle, which `exactValues: false` allows.
 */
export function difference(told: Ways, truth: Ways, exactValues: boolean): string | undefined {
  for (const pid of new Set([...truth.keys(), ...told.keys()])) {
    const ours = told.get(pid) ?? [];
    const theirs = truth.get(pid) ?? [];
    for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
      if (isSame(ours[i], theirs[i], exactValues)) continue;
      const around = (way: readonly string[]) => way.slice(Math.max(0, i - 3), i + 4).join(', ');
      return `process ${pid}, event ${i}: told ${ours[i]} (${around(ours)}), true ${theirs[i]} (${around(theirs)})`;
    }
  }
  return undefined;
}

type Told = Pick<Recorder, 'events' | 'losses' | 'descriptor'>;

/**
 * Whether something may be missing, since the kernel can preempt the programs or the host a guest: no more can be asked
 * then.
 */
export function isToldAsLost({ events, losses, descriptor }: Told): boolean {
  const isLost = events.some(({ type }) => type === 'lost');
  return isLost && (descriptor.mayMiss !== undefined || losses.length === 0);
}

/** The same for all that a descriptor told, which has to be exact unless something was told as lost. */
export function unlessToldAsLost(recorder: Told, truth: Ways, exactValues: boolean): string | undefined {
  return isToldAsLost(recorder) ? undefined : difference(toldWays(recorder.events), truth, exactValues);
}

function isSame(told: string | undefined, truth: string | undefined, exactValues: boolean): boolean {
  if (told === truth) return true;
  if (exactValues || told === undefined || truth === undefined) return false;
  const [direction, level, value = ''] = told.split(' ');
  const [trueDirection, trueLevel, trueValue = ''] = truth.split(' ');
  if (direction !== trueDirection || level !== trueLevel) return false;
  return direction === 'up'
    ? Number(value) >= Number(level) && Number(value) <= Number(trueValue)
    : direction === 'down' && Number(value) < Number(level) && Number(value) >= Number(trueValue);
}

function add(ways: Map<number, string[]>, pid: number, step: string): void {
  const way = ways.get(pid);
  if (way) way.push(step);
  else ways.set(pid, [step]);
}
