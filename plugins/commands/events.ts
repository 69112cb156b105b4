import { watchFd, type WatchFd } from '../../src/ffi/index.js';
import {
  type AttachMode,
  formatLevel,
  LevelError,
  MAX_LEVELS,
  parseLevel,
  RlimitEvents,
  type Level,
  type RlimitEvent,
  type Watched,
} from 'rlimit-events';
import {
  inUnit,
  parseQuantity,
  parseResource,
  QUANTITY_EXAMPLES,
  ResourceError,
  RESOURCES,
  type Resource,
  type Unit,
} from '../../src/resources/index.js';
import { CommandError } from '../exit-codes.js';
import { neverWaitForReaders, type StandardOutput } from '../output/never-wait.js';
import { printError, printLine } from '../output/output.js';
import { onStopSignal } from '../until-signal.js';

export interface EventsOptions {
  readonly pid: number;
  readonly resource: string;
  /** As they were written. */
  readonly level?: readonly string[];
  /** As it was written. */
  readonly step?: string;
  readonly attach?: AttachMode | 'auto';
  readonly btf?: string;
  readonly inherit: boolean;
}

/** `check_rlimit_passive events`: the raw events as JSON Lines, until every watched process has ended. */
export function events({ pid, inherit, attach = 'auto', btf, level = [], ...written }: EventsOptions): void {
  const resource = resourceOf(written.resource);
  const { unit } = RESOURCES[resource];
  const step = written.step === undefined ? 0 : stepOf(written.step, unit);
  if (level.length === 0 && step === 0) throw new CommandError('give at least one --level or a --step');
  if (level.length > MAX_LEVELS) throw new CommandError(`--level: more than ${MAX_LEVELS} levels`);
  const levels = level.map((text) => levelOf(text, unit));
  const alive = new Set([pid]);
  const output = neverWaitForReaders();
  const descriptor = new RlimitEvents(
    (event) => {
      printLine(JSON.stringify(toJson(event, unit)));
      follow(event, alive);
      if (alive.size === 0) stop();
    },
    { attach, btfFile: btf, matches: [], resources: [resource], watchFd: whileTaken(output) },
  );
  let isEnding = false;
  const end = () => {
    // What is told of its end comes back here.
    if (isEnding) return;
    isEnding = true;
    descriptor.check();
    descriptor.close();
  };
  const release = onStopSignal(() => {
    output.letGo();
    end();
  });
  const stop = () => {
    release();
    end();
  };
  if (descriptor.mayMiss !== undefined)
    printError(`attach mode ${descriptor.attach} is not exact here: ${descriptor.mayMiss}`);
  if (descriptor.unproven !== undefined)
    printError(
      `attach mode ${descriptor.attach} is not proven to see everything here: ${descriptor.unproven}`,
    );
  try {
    const watched = descriptor.watch(pid, { resource, levels, step, inherit });
    printLine(JSON.stringify({ type: 'ready', attach: descriptor.attach, ...processJson(watched, unit) }));
  } catch (error) {
    stop();
    throw error;
  }
}

/** Bytes that wait for who reads; above it no more events are read, and the kernel counts those that it loses. */
const MOST_WAITING = 256 * 1024;

/** Watches a descriptor as long as what comes of it is taken. */
function whileTaken(output: StandardOutput): WatchFd {
  return (fd, onReadable) => {
    let isOpen = true;
    const begin = () =>
      watchFd(fd, () => {
        onReadable();
        if (output.waiting <= MOST_WAITING || !isOpen) return;
        watch.close();
        void output.drained().then(() => {
          if (isOpen) watch = begin();
        });
      });
    let watch = begin();
    return {
      close: () => {
        isOpen = false;
        watch.close();
      },
    };
  };
}

function resourceOf(name: string): Resource {
  try {
    return parseResource(name);
  } catch (error) {
    if (error instanceof ResourceError) throw new CommandError(`--resource: ${error.message}`);
    throw error;
  }
}

function stepOf(text: string, unit: Unit): number {
  const step = parseQuantity(text, unit) ?? 0;
  if (step > 0) return step;
  throw new CommandError(
    `--step: ${JSON.stringify(text)} is not a step: give a whole number from 1 on, such as ${QUANTITY_EXAMPLES[unit]}`,
  );
}

function levelOf(text: string, unit: Unit): Level {
  try {
    return parseLevel(text, unit);
  } catch (error) {
    if (error instanceof LevelError) throw new CommandError(`--level: ${error.message}`);
    throw error;
  }
}

/** Keeps count of the processes that are still to end. */
function follow(event: RlimitEvent, alive: Set<number>): void {
  if (event.type === 'process-started') alive.add(event.pid);
  if (event.type === 'process-ended') alive.delete(event.pid);
  if (event.type !== 'state') return;
  alive.clear();
  for (const { pid } of event.processes) alive.add(pid);
}

const QUANTITIES = new Set(['value', 'limit', 'old_limit', 'level', 'step']);

/** Quantities in the unit of getrlimit(2). */
function inUnits(fields: Record<string, unknown>, unit: Unit): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      QUANTITIES.has(name) && typeof value === 'number' ? inUnit(value, unit) : value,
    ]),
  );
}

/** Contract: fields may be added here, and none changed. A limit of null is unlimited. */
function toJson(event: RlimitEvent, unit: Unit): Record<string, unknown> {
  if (event.type === 'state')
    return { type: event.type, processes: event.processes.map((each) => processJson(each, unit)) };
  return inUnits(fieldsOf(event), unit);
}

function fieldsOf(event: Exclude<RlimitEvent, { type: 'state' }>): Record<string, unknown> {
  switch (event.type) {
    case 'level': {
      const { type, pid, resource, level, direction, value, limit, asked, time } = event;
      const share = asked.kind === 'share' ? { share: formatLevel(asked) } : {};
      return { type, pid, resource, level, ...share, direction, value, limit, time: isoTime(time) };
    }
    case 'step': {
      const { type, pid, resource, step, level, crossed, direction, value, limit, time } = event;
      return { type, pid, resource, step, level, crossed, direction, value, limit, time: isoTime(time) };
    }
    case 'limit-changed': {
      const { type, pid, resource, value, oldLimit, limit, time } = event;
      return { type, pid, resource, value, old_limit: oldLimit, limit, time: isoTime(time) };
    }
    case 'process-started': {
      const { type, pid, parent, name, resource, value, limit, time } = event;
      return { type, pid, parent, name, resource, value, limit, time: isoTime(time) };
    }
    // A process that was given by its number is in no group.
    case 'process-regrouped':
    case 'process-executed': {
      const { type, pid, name, resource, value, limit, time } = event;
      return { type, pid, name, resource, value, limit, time: isoTime(time) };
    }
    case 'process-ended':
      return { type: event.type, pid: event.pid, time: isoTime(event.time) };
    case 'lost':
      return {
        type: event.type,
        count: event.count,
        unwatched_children: event.unwatchedChildren,
        missed_looks: event.missedLooks,
        places: event.places,
      };
  }
}

function processJson({ pid, name, resource, value, limit }: Watched, unit: Unit): Record<string, unknown> {
  return inUnits({ pid, name, resource, value, limit }, unit);
}

/** ISO 8601 in UTC, to the microsecond. */
function isoTime(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const microseconds = Math.floor((milliseconds - whole) * 1000);
  return new Date(whole).toISOString().replace('Z', `${String(microseconds).padStart(3, '0')}Z`);
}
