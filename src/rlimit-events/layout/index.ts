/**
 * The bytes of bpf/rlimit_events.h, in the byte order of the machine, which on every machine
 * that Node runs on with BPF is little endian.
 */
export {
  encodeConfig,
  SYSCALLS,
  MOST_WEIGHT,
  WEIGHT_BY_ABI,
  WEIGHT_BY_BYTES,
  WEIGHT_UNKNOWN,
} from './config.js';
export { decodeElementResult, ELEMENT_MAPS, encodeElement } from './element.js';
export { decodeEvent, type RawEvent, recordSize } from './event.js';
export { countFound, encodeUnguarded } from './unguarded.js';
export { encodeLevelSet } from './level-set.js';
export { decodeChores, decodeLosses, PATIENT, WOKEN } from './losses.js';
export { encodeMask, FEW_GROUPS, MANY_WORDS, MAX_GROUPS, ONE_WORD } from './mask.js';
export {
  CGROUP_PATH_LENGTH,
  encodeExe,
  encodeMatching,
  type Executable,
  MATCH_BITS,
  PROVISIONAL_SET,
} from './matching.js';
export { COMM_LENGTH, encodeText, encodeU32, encodeU64 } from './numbers.js';
export { decodeFinding, encodeQuestion, type Finding, HOOKS, QUESTION_HOOK } from './question.js';
export {
  type Answer,
  decodeAnswers,
  decodeNoted,
  encodeRequest,
  type Noted,
  type Request,
  REQUESTS,
} from './request.js';
export { beginWalk, decodeWalk, goOnWithWalk, type Walked } from './walk.js';
