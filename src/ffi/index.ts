/**
 * The C side: libbpf, the C library, and Node's event loop, as typed functions.
 *
 * The only room that knows koffi. It promises that a failed call is a typed error and
 * that nothing is thrown through native code.
 */
export { BpfObject } from './bpf-object.js';
export { changeCpu } from './change-cpu.js';
export { changeDescriptors } from './change-descriptors.js';
export {
  changeAddressSpace,
  changeData,
  changeLocked,
  changeResident,
  changeStack,
} from './change-memory.js';
export { changeProcesses, changeQueues, changeSignals } from './change-user.js';
export { isOfSystem, isShortage, LibraryMissingError, SystemError } from './errors.js';
export type { MappedMemory } from './mapped-memory.js';
export { mayTraceFunctions } from './function-tracing.js';
export {
  exitAtOnce,
  microsecondsPerTick,
  pageSize,
  pidfdIsAlive,
  pidfdOpen,
  waitForRunningPrograms,
} from './libc.js';
export { tryLock } from './lock.js';
export { callTheKernel, sleepElsewhere, stayOnOneCpu, waitForNobody } from './one-cpu.js';
export { sendUnixDatagram } from './notify-socket.js';
export { watchUrgent } from './poll.js';
export {
  clearAmbientCapabilities,
  limitsOf,
  pidfdSendSignal,
  setLimitsOf,
  type Limits,
} from './process-control.js';
export { RingBuffer } from './ring-buffer.js';
export { watchFd, type FdWatch, type LoopWatch, type WatchFd } from './watch-fd.js';
export type { Way } from './way.js';
export { writerTo, type Writer } from './writer.js';
