import { decodeMask, WORD_SIZE } from './mask.js';
import { COMM_LENGTH, decodeLimit, decodeName, decodeNumber, LITTLE } from './numbers.js';

export const EVENT_TYPES = {
  1: 'level',
  2: 'limit-changed',
  3: 'process-started',
  4: 'process-executed',
  5: 'process-ended',
  6: 'step',
  7: 'wake',
  8: 'process-regrouped',
} as const;

export interface RawEvent {
  readonly type: (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];
  readonly pid: number;
  readonly other: number;
  /** ns of CLOCK_MONOTONIC */
  readonly time: bigint;
  readonly value: number;
  readonly limit: number;
  readonly level: number;
  readonly set: number;
  readonly index: number;
  /** Of a step: how many multiples were crossed. */
  readonly crossed: number;
  /** A bit for each group that the process is in from here on. */
  readonly groups: bigint;
  readonly name: string;
}

const GROUPS = 56;

/** `struct event`, and the header that the ring buffer gives each record. */
export function recordSize(words: number): number {
  return GROUPS + WORD_SIZE * words + COMM_LENGTH + 8;
}

/** `struct event`, of an object whose masks have so many words */
export function decodeEvent(words: number, view: DataView): RawEvent {
  const type = view.getUint32(0, LITTLE);
  if (!isEventType(type))
    throw new Error(`the BPF programs sent an event of type ${type}: run \`npm run build\``);
  const isStep = EVENT_TYPES[type] === 'step';
  const behind = GROUPS + WORD_SIZE * words;
  return {
    type: EVENT_TYPES[type],
    pid: view.getUint32(8, LITTLE),
    other: view.getUint32(12, LITTLE),
    time: view.getBigUint64(16, LITTLE),
    value: decodeNumber(view, 24),
    limit: decodeLimit(view, 32),
    level: decodeLimit(view, 40),
    set: view.getUint32(48, LITTLE),
    index: view.getUint32(52, LITTLE),
    groups: decodeMask(words, view, GROUPS),
    // One place, of which only a step has a number.
    crossed: isStep ? decodeNumber(view, behind) : 0,
    name: isStep ? '' : decodeName(view, behind),
  };
}

function isEventType(type: number): type is keyof typeof EVENT_TYPES {
  return type in EVENT_TYPES;
}
