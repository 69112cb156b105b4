/**
 * The bytes of bpf/rlimit_events.h, in the byte order of the machine, which on every machine
 * that Node runs on with BPF is little endian.
 */
import { kindNumber, LEVEL_KINDS, MAX_LEVELS, type Level } from './levels.js';

const LITTLE = true;

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
  9: 'process-regrouped',
  10: 'groups-missed',
  11: 'account-shared',
} as const;

export const REQUESTS = {
  watch: 1,
  observe: 2,
  report: 3,
  link: 4,
  sweep: 5,
  regroup: 6,
  identify: 7,
  find: 8,
} as const;

/** A bit for each kind of match. */
export const MATCH_KINDS = { exe: 1, command: 2, user: 4, cgroup: 8 } as const;

export const MAX_GROUPS = 64;
/** The set of levels of a process that came into groups whose levels nobody has put together yet. */
export const PROVISIONAL_SET = 0xffff_ffff;
/** In bytes, with a zero at the end. */
export const CGROUP_PATH_LENGTH = 512;

export const COMM_LENGTH = 16;

/** `struct config` */
export function encodeConfig(config: {
  prlimit64: number;
  missesIoUring: boolean;
  setuid: readonly number[];
  /** In getrlimit(2). */
  resource: number;
  /** Bytes. */
  pageSize: number;
  /** Of the scheduler's ticks. */
  microsecondsPerTick: number;
  weights: Uint16Array;
}): Uint8Array {
  const bytes = new Uint8Array(32 + 2 * SYSCALLS);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, config.prlimit64, LITTLE);
  view.setUint32(4, Number(config.missesIoUring), LITTLE);
  config.setuid.forEach((number, index) => {
    view.setUint32(8 + 4 * index, number, LITTLE);
  });
  view.setUint32(20, config.resource, LITTLE);
  view.setUint32(24, config.pageSize, LITTLE);
  view.setUint32(28, config.microsecondsPerTick, LITTLE);
  config.weights.forEach((weight, number) => {
    view.setUint16(32 + 2 * number, weight, LITTLE);
  });
  return bytes;
}

/** `struct matching` */
export function encodeMatching(matching: { inheriting: bigint; kinds: number }): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, matching.inheriting, LITTLE);
  view.setUint32(8, matching.kinds, LITTLE);
  return bytes;
}

/** An executable as the kernel has it: the inode, and the device of the file system that it is on. */
export interface Executable {
  readonly device: number;
  readonly inode: bigint;
}

/** `struct exe` */
export function encodeExe({ device, inode }: Executable): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, inode, LITTLE);
  view.setUint32(8, device, LITTLE);
  return bytes;
}

/** `struct level_set`; the levels are sorted, see compareLevels(). A step of 0 is none. */
export function encodeLevelSet(set: {
  levels: readonly Level[];
  inherited: number;
  step: number;
}): Uint8Array {
  const bytes = new Uint8Array(16 + 16 * MAX_LEVELS);
  const view = new DataView(bytes.buffer);
  for (let kind = 0; kind <= LEVEL_KINDS; kind++)
    view.setUint8(kind, set.levels.filter((level) => kindNumber(level) < kind).length);
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

const REQUEST_SIZE = 96;

export interface Request {
  readonly kind: (typeof REQUESTS)[keyof typeof REQUESTS];
  /** 0 for every process. */
  readonly pid: number;
  readonly set?: number;
  /** To look for, as an earlier request has found it. */
  readonly account?: bigint;
  /** For regroup: whose members are told, and give to children what they inherit. */
  readonly groups?: bigint;
  /** For regroup: the process is in these from now on, or not any more. */
  readonly given?: bigint;
  readonly taken?: bigint;
  /** For regroup: nobody is in these any more, for whatever reason. */
  readonly removed?: bigint;
  /** For find. */
  readonly exe?: Executable;
  /** For identify: a descriptor of this process. */
  readonly fd?: number;
}

/** `struct request` */
export function encodeRequest(request: Request): Uint8Array {
  const bytes = new Uint8Array(REQUEST_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, request.kind, LITTLE);
  view.setUint32(4, request.pid, LITTLE);
  view.setUint32(8, request.set ?? 0, LITTLE);
  view.setBigUint64(24, request.account ?? 0n, LITTLE);
  view.setBigUint64(32, request.groups ?? 0n, LITTLE);
  view.setBigUint64(40, request.given ?? 0n, LITTLE);
  view.setBigUint64(48, request.taken ?? 0n, LITTLE);
  view.setBigUint64(56, request.removed ?? 0n, LITTLE);
  if (request.exe) bytes.set(encodeExe(request.exe), 64);
  view.setUint32(80, request.fd ?? 0, LITTLE);
  return bytes;
}

/** What the program has noted in a `struct request`. */
export interface Noted {
  /** Where the process's use is counted, how many of its threads have that account, and how many anybodies. */
  readonly account: bigint;
  readonly threads: number;
  readonly references: number;
  /** For identify; an inode of 0 is nothing. */
  readonly exe: Executable;
  /** For regroup: how many are in other groups than before. */
  readonly changed: number;
}

/** `struct request`, after the program has run. */
export function decodeNoted(bytes: Uint8Array): Noted {
  const view = new DataView(bytes.buffer, bytes.byteOffset, REQUEST_SIZE);
  return {
    account: view.getBigUint64(24, LITTLE),
    threads: view.getUint32(16, LITTLE),
    references: view.getUint32(20, LITTLE),
    exe: { inode: view.getBigUint64(64, LITTLE), device: view.getUint32(72, LITTLE) },
    changed: view.getUint32(84, LITTLE),
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
  /** A bit for each group that the process is in. */
  readonly groups: bigint;
  readonly name: string;
}

const ANSWER_SIZE = 56;

/** Any number of `struct answer` */
export function decodeAnswers(bytes: Uint8Array): Answer[] {
  const answers: Answer[] = [];
  for (let offset = 0; offset + ANSWER_SIZE <= bytes.length; offset += ANSWER_SIZE) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, ANSWER_SIZE);
    answers.push({
      pid: view.getUint32(0, LITTLE),
      errno: -view.getInt32(4, LITTLE),
      value: decodeNumber(view, 8),
      limit: decodeLimit(view, 16),
      set: view.getUint32(24, LITTLE),
      groups: view.getBigUint64(32, LITTLE),
      name: decodeName(view, 40),
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
  /** Of a step: how many multiples were crossed. */
  readonly crossed: number;
  /** A bit for each group that the process is in from here on. */
  readonly groups: bigint;
  readonly name: string;
}

/** `struct event`, and the header that the ring buffer gives each record. */
export const RECORD_SIZE = 80 + 8;

/** `struct event` */
export function decodeEvent(view: DataView): RawEvent {
  const type = view.getUint32(0, LITTLE);
  if (!isEventType(type))
    throw new Error(`the BPF programs sent an event of type ${type}: run \`npm run build\``);
  const isStep = EVENT_TYPES[type] === 'step';
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
    groups: view.getBigUint64(56, LITTLE),
    // One place, of which only a step has a number.
    crossed: isStep ? decodeNumber(view, 64) : 0,
    name: isStep ? '' : decodeName(view, 64),
  };
}

/** `struct losses` */
export function decodeLosses(bytes: Uint8Array): { events: number; children: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { events: Number(view.getBigUint64(0, LITTLE)), children: Number(view.getBigUint64(8, LITTLE)) };
}

export function encodeU64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, LITTLE);
  return bytes;
}

/**
 * Text in so many bytes, padded with zeros; undefined when it does not fit with a zero behind it.
 */
export function encodeText(text: string, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  const encoded = Buffer.from(text);
  if (encoded.length >= length) return undefined;
  bytes.set(encoded);
  return bytes;
}

export function encodeU32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, LITTLE);
  return bytes;
}

function isEventType(type: number): type is keyof typeof EVENT_TYPES {
  return type in EVENT_TYPES;
}

/** Of 64 bits, without the BigInt that would be made for each. */
function decodeNumber(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, LITTLE) * 2 ** 32 + view.getUint32(offset, LITTLE);
}

/** RLIM_INFINITY has all bits set (asm-generic/resource.h). */
function decodeLimit(view: DataView, offset: number): number {
  const isInfinite =
    view.getUint32(offset, LITTLE) === 0xffff_ffff && view.getUint32(offset + 4, LITTLE) === 0xffff_ffff;
  return isInfinite ? Infinity : decodeNumber(view, offset);
}

/** The last name, and its bytes: most that come together have the same one, which need not be made again. */
const last = { bytes: Buffer.alloc(COMM_LENGTH), name: '' };

/** The kernel cuts a name at 15 bytes, maybe in the middle of a character. */
function decodeName(view: DataView, offset: number): string {
  let isSame = true;
  for (let i = 0; i < COMM_LENGTH; i++) {
    const byte = view.getUint8(offset + i);
    if (last.bytes[i] === byte) continue;
    last.bytes[i] = byte;
    isSame = false;
  }
  if (isSame) return last.name;
  const end = last.bytes.indexOf(0);
  last.name = last.bytes.toString('utf8', 0, end < 0 ? COMM_LENGTH : end);
  return last.name;
}
