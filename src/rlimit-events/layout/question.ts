import { LITTLE } from './numbers.js';

/** `enum hook` of bpf/preemption.bpf.c: what can be asked. */
export const HOOKS = { run: 1, 'system-call': 2, tracepoint: 3 } as const;

/** The first member of `struct question` is kept: who asks. */
export const QUESTION_HOOK = 4;

/** `struct question`, from its hook on, for a new question. */
export function encodeQuestion(hook: keyof typeof HOOKS): Uint8Array {
  const bytes = new Uint8Array(36);
  new DataView(bytes.buffer).setUint32(0, HOOKS[hook], LITTLE);
  return bytes;
}

/** What the program has found. Times are nanoseconds of CLOCK_MONOTONIC; 0: it did not happen. */
export interface Finding {
  readonly wasPreempted: boolean;
  readonly began: bigint;
  readonly ended: bigint;
  /** When the thread left its CPU after that. */
  readonly left: bigint;
}

/** `struct question` */
export function decodeFinding(bytes: Uint8Array): Finding {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    wasPreempted: view.getUint32(12, LITTLE) !== 0,
    began: view.getBigUint64(16, LITTLE),
    ended: view.getBigUint64(24, LITTLE),
    left: view.getBigUint64(32, LITTLE),
  };
}
