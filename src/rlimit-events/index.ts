/**
 * The rlimit-event descriptor: a file descriptor that becomes readable when a watched process
 * crosses a level of one of its rlimit resources, upwards or downwards, well before the limit.
 *
 * A library by itself. It promises that each crossing is told once and in order, that nothing
 * happens in this process while nothing crosses, and that nothing of it stays in the kernel.
 */
export { ATTACH_MODES, type AttachMode } from './loading/modes/index.js';
export { RlimitEvents, type OpenOptions, type WatchOptions } from './descriptor.js';
export { RlimitEventsError } from './errors.js';
export type * from './events.js';
export { MAX_GROUPS } from './layout/index.js';
export type { Group, GroupOptions } from './membership/group.js';
export { exactness } from './loading/exactness.js';
export type { Match } from './match.js';
export { type BtfMark, withMark } from './loading/btf-mark.js';
export { type KernelImage, readKernelImage } from './loading/kernel-image.js';
export { btfFilesOf, objectsDigest, objectsWithoutBtf } from './loading/kernel-types.js';
export type { ProcessLevel } from './level-sets.js';
export type { LossPlace } from './losses.js';
export { formatLevel, LevelError, MAX_LEVELS, parseLevel, type Level } from './levels.js';
export type { Resource, Unit } from '../resources/index.js';
