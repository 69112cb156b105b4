import { outputLines, type ReadResult } from '../../src/services/index.js';
import type { Server } from './options.js';

/** The broker's limit, its thresholds and how far it goes. */
export const LIMIT = 100;
export const WARNING = 50;
export const CRITICAL_PERCENT = 80;
const CRITICAL = (LIMIT * CRITICAL_PERCENT) / 100;

/** A step of the broker: the count after it, and the time before it in ns of CLOCK_MONOTONIC. */
export interface Step {
  readonly count: number;
  readonly time: bigint;
}

/** A result as an NSCA server has it, and when it has it in ns of CLOCK_MONOTONIC. */
export interface Arrival extends ReadResult {
  readonly time: bigint;
}

/** Tells the demo line by line, each with the seconds since the first. */
export class Story {
  readonly #server: Server | undefined;
  #start = 0n;
  #previous: number | undefined;
  #rising = false;

  /** @param server a real one, which does not say what it received */
  constructor(server?: Server) {
    this.#server = server;
  }

  begin(cast: { broker: number; agent: number; receiver: string; by: string }): void {
    this.#start = process.hrtime.bigint();
    print('A process leaks descriptors and recovers. Watch what an NSCA server learns of it, and when.');
    print('');
    print(
      `  broker    process ${cast.broker}, which may open ${LIMIT} files: WARNING above ${WARNING}, CRITICAL above ${CRITICAL_PERCENT}%`,
    );
    print(`  agent     process ${cast.agent}, asleep until the kernel sees a level crossed`);
    print(`  ${cast.receiver} (${cast.by})`);
    print('');
  }

  step({ count, time }: Step): void {
    const previous = this.#previous ?? count - 1;
    if (count > previous && !this.#rising) this.#line(time, 'broker leaks: it opens files and closes none');
    if (count < previous && this.#rising) this.#line(time, 'broker recovers: it closes them again');
    this.#rising = count > previous;
    this.#previous = count;
    const crossing = crossingOf(previous, count);
    if (crossing !== '' || count % 10 === 0) this.#line(time, `broker has ${count} open files${crossing}`);
  }

  arrival(arrival: Arrival, crossing: Step | undefined): void {
    const { host, service, state, time } = arrival;
    const milliseconds = crossing && (Number(time - crossing.time) / 1e6).toFixed(1);
    const after = milliseconds === undefined ? 'the state at start' : `${milliseconds} ms after the crossing`;
    const how = this.#server
      ? `sent to ${this.#server.host} port ${this.#server.port}, which did not hang up`
      : `received ${after}`;
    this.#line(time, `>> ${state.padEnd(8)} ${how}`);
    print(`            ${host}; ${service}; ${outputLines(arrival).join(String.raw`\n`)}`);
  }

  end(states: readonly string[]): void {
    print('');
    print(
      `${states.join(', ')}: ${states.length} results for two crossings up and two down, and not one question asked.`,
    );
  }

  #line(time: bigint, text: string): void {
    const seconds = Math.max(0, Number(time - this.#start) / 1e9);
    print(`${seconds.toFixed(3).padStart(7)} s  ${text}`);
  }
}

function crossingOf(previous: number, count: number): string {
  for (const bound of [WARNING, CRITICAL]) {
    if (previous <= bound && count > bound) return `: above ${bound}`;
    if (previous > bound && count <= bound) return `: not above ${bound} any more`;
  }
  return '';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
