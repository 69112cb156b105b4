import { encodeExe, type Executable } from './matching.js';
import { decodeLimit, decodeName, decodeNumber, LITTLE } from './numbers.js';

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
} as const;

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

export const ANSWER_SIZE = 56;

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
