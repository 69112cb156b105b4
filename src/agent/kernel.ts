import { HeldFiles, type HeldReader } from '../holdings/index.js';
import { RlimitEvents, type OpenOptions, type RlimitEvent } from 'rlimit-events';

/** What the agent asks of a descriptor. */
export type Descriptor = Pick<
  RlimitEvents,
  | 'attach'
  | 'mayMiss'
  | 'unproven'
  | 'addGroup'
  | 'report'
  | 'tellNow'
  | 'bePatient'
  | 'isPatient'
  | 'isWatched'
  | 'check'
  | 'close'
>;

/** All that the agent has of the kernel: a parameter, so that its stories can be told without one. */
export interface Kernel {
  /** @throws RlimitEventsError, LibraryMissingError */
  openDescriptor(onEvent: (event: RlimitEvent) => void, options: OpenOptions): Descriptor;
  /** Tells what processes hold. */
  heldFiles(): HeldReader;
}

/** The kernel that this process runs on. */
export const THIS_KERNEL: Kernel = {
  openDescriptor: (onEvent, options) => new RlimitEvents(onEvent, options),
  heldFiles: () => new HeldFiles(),
};
