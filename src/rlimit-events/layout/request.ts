import { encodeExe, type Executable } from './matching.js';
import { decodeMask, encodeMask, WORD_SIZE } from './mask.js';
import { COMM_LENGTH, decodeLimit, decodeName, decodeNumber, LITTLE } from './numbers.js';

export const REQUESTS = {
  watch: 1,
  observe: 2,
  report: 3,
  link: 4,
  sweep: 5,
  regroup: 6,
  identify: 7,
  find: 8,
  wake: 9,
  shared: 10,
  settle: 11,
} as const;

/** Where the masks begin, and how many they are. */
const MASKS = 32;
const MASK_COUNT = 4;

/** Where what follows the masks begins, in a `struct request` and from there on. */
function behindMasks(words: number): number {
  return MASKS + MASK_COUNT * WORD_SIZE * words;
}
const FD = 16;
const CHANGED = 20;
const GIVES = 28;
const END = 32;

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
export function encodeRequest(words: number, request: Request): Uint8Array {
  const { groups = 0n, given = 0n, taken = 0n, removed = 0n } = request;
  const behind = behindMasks(words);
  const bytes = new Uint8Array(behind + END);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, request.kind, LITTLE);
  view.setUint32(4, request.pid, LITTLE);
  view.setUint32(8, request.set ?? 0, LITTLE);
  view.setBigUint64(24, request.account ?? 0n, LITTLE);
  [groups, given, taken, removed].forEach((mask, index) => {
    bytes.set(encodeMask(words, mask), MASKS + index * WORD_SIZE * words);
  });
  if (request.exe) bytes.set(encodeExe(request.exe), behind);
  view.setUint32(behind + FD, request.fd ?? 0, LITTLE);
  view.setUint32(behind + GIVES, Number(given !== 0n), LITTLE);
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
export function decodeNoted(words: number, bytes: Uint8Array): Noted {
  const behind = behindMasks(words);
  const view = new DataView(bytes.buffer, bytes.byteOffset, behind + END);
  return {
    account: view.getBigUint64(24, LITTLE),
    threads: view.getUint32(16, LITTLE),
    references: view.getUint32(20, LITTLE),
    exe: { inode: view.getBigUint64(behind, LITTLE), device: view.getUint32(behind + 8, LITTLE) },
    changed: view.getUint32(behind + CHANGED, LITTLE),
  };
}

export interface Answer {
  readonly pid: number;
  /** 0, or a positive error number. */
  readonly errno: number;
  readonly value: number;
  /** Infinity when unlimited. */
  readonly limit: number;
  readonly set: number;
  /** A bit for each group that the process is in. Of shared: its account. */
  readonly groups: bigint;
  readonly name: string;
}

const GROUPS = 32;

export function answerSize(words: number): number {
  return GROUPS + WORD_SIZE * words + COMM_LENGTH;
}

/** Any number of `struct answer` */
export function decodeAnswers(words: number, bytes: Uint8Array): Answer[] {
  const answers: Answer[] = [];
  const size = answerSize(words);
  for (let offset = 0; offset + size <= bytes.length; offset += size) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, size);
    answers.push({
      pid: view.getUint32(0, LITTLE),
      errno: -view.getInt32(4, LITTLE),
      value: decodeNumber(view, 8),
      limit: decodeLimit(view, 16),
      set: view.getUint32(24, LITTLE),
      groups: decodeMask(words, view, GROUPS),
      name: decodeName(view, GROUPS + WORD_SIZE * words),
    });
  }
  return answers;
}
