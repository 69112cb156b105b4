/**
 * The bytes of bpf/rlimit_events.h, in the byte order of the machine, which on every machine
 * that Node runs on with BPF is little endian.
 */
import { MAX_LEVELS, type Level } from './levels.js';

const LITTLE = true;

export const RESOURCE_NUMBERS = { nofile: 7 } as const;

export const SYSCALLS = 512;
export const WEIGHT_UNKNOWN = 0xffff;
export const WEIGHT_BY_BYTES = 0xfffe;

export const EVENT_TYPES = {
  1: 'level',
  2: 'limit-changed',
  3: 'process-started',
  4: 'process-executed',
  5: 'process-ended',
  6: 'limit-touched',
  7: 'step',
  8: 'child-lost',
} as const;

export const REQUESTS = { watch: 1, observe: 2, report: 3, link: 4, sweep: 5 } as const;

const COMM_LENGTH = 16;
const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

/** `struct config` */
export function encodeConfig(config: {
  prlimit64: number;
  missesIoUring: boolean;
  weights: Uint16Array;
}): Uint8Array {
  const bytes = new Uint8Array(8 + 2 * SYSCALLS);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, config.prlimit64, LITTLE);
  view.setUint32(4, Number(config.missesIoUring), LITTLE);
  config.weights.forEach((weight, number) => {
    view.setUint16(8 + 2 * number, weight, LITTLE);
  });
  return bytes;
}

/** `struct level_set`; a step of 0 is none. */
export function encodeLevelSet(set: {
  levels: readonly Level[];
  inherited: number;
  step: number;
}): Uint8Array {
  const bytes = new Uint8Array(16 + 16 * MAX_LEVELS);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, set.levels.length, LITTLE);
  view.setUint32(4, set.inherited, LITTLE);
  view.setBigUint64(8, BigInt(set.step), LITTLE);
  set.levels.forEach((level, index) => {
    const offset = 16 + 16 * index;
    if (level.kind === 'value') {
      view.setBigUint64(offset, BigInt(level.value), LITTLE);
    } else {
      view.setUint32(offset + 8, Math.round(level.percent * 100), LITTLE);
      view.setUint32(offset + 12, level.above ? 10_000 : 9999, LITTLE);
    }
  });
  return bytes;
}

const REQUEST_SIZE = 40;

export interface Request {
  readonly kind: (typeof REQUESTS)[keyof typeof REQUESTS];
  /** 0 for every process. */
  readonly pid: number;
  readonly resource: number;
  readonly set: number;
  /** A table to look for, as an earlier request has found it. */
  readonly files?: bigint;
}

/** `struct request` */
export function encodeRequest(request: Request): Uint8Array {
  const bytes = new Uint8Array(REQUEST_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, request.kind, LITTLE);
  view.setUint32(4, request.pid, LITTLE);
  view.setUint32(8, request.resource, LITTLE);
  view.setUint32(12, request.set, LITTLE);
  view.setBigUint64(24, request.files ?? 0n, LITTLE);
  return bytes;
}

/** What the program has noted in a `struct request` about the process's descriptor table. */
export function decodeTable(bytes: Uint8Array): { files: bigint; threads: number; references: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, REQUEST_SIZE);
  return {
    files: view.getBigUint64(24, LITTLE),
    threads: view.getUint32(20, LITTLE),
    references: view.getUint32(32, LITTLE),
  };
}

export function emptyRequest(): Uint8Array {
  return new Uint8Array(REQUEST_SIZE);
}

export interface Answer {
  readonly pid: number;
  /** 0, or a positive error number. */
  readonly errno: number;
  readonly value: number;
  /** Infinity when unlimited. */
  readonly limit: number;
  readonly set: number;
  readonly name: string;
}

const ANSWER_SIZE = 48;

/** Any number of `struct answer` */
export function decodeAnswers(bytes: Uint8Array): Answer[] {
  const answers: Answer[] = [];
  for (let offset = 0; offset + ANSWER_SIZE <= bytes.length; offset += ANSWER_SIZE) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, ANSWER_SIZE);
    answers.push({
      pid: view.getUint32(0, LITTLE),
      errno: -view.getInt32(4, LITTLE),
      value: Number(view.getBigUint64(8, LITTLE)),
      limit: decodeLimit(view, 16),
      set: view.getUint32(24, LITTLE),
      name: decodeName(view, 32),
    });
  }
  return answers;
}

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
  readonly name: string;
}

/** `struct event`, and the header that the ring buffer gives each record. */
export const RECORD_SIZE = 72 + 8;

/** `struct event` */
export function decodeEvent(view: DataView): RawEvent {
  const type = view.getUint32(0, LITTLE);
  if (!isEventType(type))
    throw new Error(`the BPF programs sent an event of type ${type}: run \`npm run build\``);
  return {
    type: EVENT_TYPES[type],
    pid: view.getUint32(8, LITTLE),
    other: view.getUint32(12, LITTLE),
    time: view.getBigUint64(16, LITTLE),
    value: Number(view.getBigUint64(24, LITTLE)),
    limit: decodeLimit(view, 32),
    level: decodeLimit(view, 40),
    set: view.getUint32(48, LITTLE),
    index: view.getUint32(52, LITTLE),
    name: decodeName(view, 56),
  };
}

/** `struct losses` */
export function decodeLosses(bytes: Uint8Array): { events: number; children: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { events: Number(view.getBigUint64(0, LITTLE)), children: Number(view.getBigUint64(8, LITTLE)) };
}

export function encodeU32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, LITTLE);
  return bytes;
}

function isEventType(type: number): type is keyof typeof EVENT_TYPES {
  return type in EVENT_TYPES;
}

function decodeLimit(view: DataView, offset: number): number {
  const limit = view.getBigUint64(offset, LITTLE);
  return limit === RLIM_INFINITY ? Infinity : Number(limit);
}

/** The kernel cuts a name at 15 bytes, maybe in the middle of a character. */
function decodeName(view: DataView, offset: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, COMM_LENGTH);
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end < 0 ? COMM_LENGTH : end)).toString('utf8');
}
