import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Audit } from '../lib/audit.js';
import { compiled } from '../lib/compiled.js';
import { LineProgram } from '../../rig/programs/line-program.js';
import { begin, OPERATIONS, variantsOn, type Operation, type Stage } from './variants.js';

export interface Effort {
  /** How many alternating pairs. */
  readonly pairs: number;
  /** How many operations are one value of a pair, which is their median. */
  readonly operations: number;
}

/** What one operation took, and the bare one just before, in ticks: one element for each pair. */
export interface Pairs {
  readonly bare: number[];
  readonly with: number[];
}

/** By the variant's name, then by operation. */
export type CostOf = Record<string, Record<Operation, Pairs>>;

export interface Measured {
  readonly costs: CostOf;
  /** Comparators that could not be measured, and why. */
  readonly refused: Record<string, string>;
}

/**
 * Measures what there is on each stage in turn, and the bare process before each stage, as often as there are pairs.
 *
 * @param disk a folder on one, or undefined where there is none: then nothing is asked of cold files
 */
export async function measureCost(
  stages: readonly Stage[],
  { pairs, operations }: Effort,
  disk: string | undefined,
): Promise<Measured> {
  const asked = OPERATIONS.filter((operation) => disk !== undefined || operation !== 'open-cold');
  const folder = mkdtempSync(join(disk ?? '/dev/shm', 'cost-'));
  const hotFile = join('/dev/shm', `cost-${process.pid}`);
  writeFileSync(hotFile, '');
  for (let i = 0; i < operations; i++) writeFileSync(join(folder, String(i)), '');
  execFileSync('sync', ['--file-system', folder]);
  const refused: Record<string, string> = {};
  const processes: LineProgram[] = [];
  const start = async () => {
    const program = await LineProgram.run(compiled('cost'), hotFile, folder);
    processes.push(program);
    return program;
  };
  let audit: Audit | undefined;
  try {
    try {
      audit = Audit.start();
    } catch (error) {
      refused['audit'] = error instanceof Error ? error.message : String(error);
    }
    const load = await start();
    const other = await start();
    const audited = audit ? await audit.auditing(start) : undefined;
    const costs: CostOf = {};
    const todo: Stage[] = [...stages, ...(audited ? [{ kind: 'audit' as const }] : [])];
    for (const program of processes) await warmUp(program, asked, operations);
    for (let pair = 0; pair < pairs; pair++) {
      for (const stage of todo) {
        const subject = stage.kind === 'audit' && audited ? audited : load;
        const bare = await measureAll(load, asked, operations);
        const standing = begin(stage, load.pid, other.pid);
        for (const [number, name] of variantsOn(stage).entries()) {
          standing.enter(number);
          keep((costs[name] ??= emptyPairs()), bare, await measureAll(subject, asked, operations));
        }
        standing.end();
      }
    }
    return { costs, refused };
  } finally {
    for (const program of processes) await program.end();
    audit?.stop();
    rmSync(hotFile);
    rmSync(folder, { recursive: true });
  }
}

function keep(
  pairs: Record<Operation, Pairs>,
  bare: ReadonlyMap<Operation, number>,
  values: ReadonlyMap<Operation, number>,
): void {
  for (const [operation, value] of values) {
    pairs[operation].bare.push(bare.get(operation) ?? NaN);
    pairs[operation].with.push(value);
  }
}

/** The first operations of a process and of a kind are dearer than any later one. */
async function warmUp(load: LineProgram, asked: readonly Operation[], count: number): Promise<void> {
  for (let i = 0; i < 3; i++) await measureAll(load, asked, count);
}

async function measureAll(
  load: LineProgram,
  asked: readonly Operation[],
  count: number,
): Promise<ReadonlyMap<Operation, number>> {
  // Nobody runs in between: who reads the events would, on a machine with one processor.
  await load.ask('realtime 1');
  const clock = await median(load, 'nothing', count);
  const values = new Map<Operation, number>();
  for (const operation of asked) values.set(operation, (await median(load, operation, count)) - clock);
  await load.ask('realtime 0');
  return values;
}

async function median(load: LineProgram, operation: string, count: number): Promise<number> {
  const answer = await load.ask(`${operation} ${count}`);
  const value = Number(answer.split(' ')[1]);
  if (!Number.isFinite(value)) throw new Error(`${operation}: "${answer}"`);
  return value;
}

function emptyPairs(): Record<Operation, Pairs> {
  return Object.fromEntries(
    OPERATIONS.map((operation) => [operation, { bare: [], with: [] }]),
  ) as unknown as Record<Operation, Pairs>;
}

/** For a guest, whose root is no file system that can forget: an ext4 in memory, until it is unmounted. */
export function mountDisk(place: string): () => void {
  const image = '/dev/shm/disk.img';
  mkdirSync(place, { recursive: true });
  execFileSync('truncate', ['--size=64M', image]);
  execFileSync('mkfs.ext4', ['-q', image]);
  execFileSync('mount', ['-o', 'loop', image, place]);
  return () => {
    execFileSync('umount', [place]);
    rmSync(image);
  };
}
