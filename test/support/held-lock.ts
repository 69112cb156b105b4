import { type Element, elementsOf, mapNamed, remove, update } from './own-maps.js';

/** `struct subject` (bpf/rlimit_events.h): where its lock is, and the number of its process. */
const LOCK = 0;
const PID = 68;

/**
 * Holds the lock of a process's subject, as a program does whose processor was taken away from it: whoever comes waits
 * in vain. The process must have been watched before, by the one descriptor of this process.
 *
 * @returns gives it back
 */
export function holdLock(pid: number): () => void {
  const { key } = subjectOf(pid);
  // The object for kernels before 5.17 has the locks in a map of their own.
  const locks = mapNamed('locks');
  if (locks !== undefined) {
    update(locks, [{ key, value: Buffer.from([1, 0, 0, 0]) }]);
    return () => {
      remove(locks, key);
    };
  }
  setLock(pid, 1);
  return () => {
    setLock(pid, 0);
  };
}

function setLock(pid: number, held: number): void {
  const subject = subjectOf(pid);
  subject.value.writeUInt32LE(held, LOCK);
  update(subjects(), [subject]);
}

function subjectOf(pid: number): Element {
  const subject = elementsOf(subjects()).find(({ value }) => value.readUInt32LE(PID) === pid);
  if (!subject) throw new Error(`process ${pid} has no subject`);
  return subject;
}

function subjects(): string {
  const map = mapNamed('subjects');
  if (map === undefined) throw new Error('this process has no descriptor');
  return map;
}
