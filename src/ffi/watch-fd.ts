import koffi, { type node } from 'koffi';

/** A watch on one descriptor in Node's event loop. */
export interface FdWatch {
  /** Ends the watch. The callback is not called any more; the descriptor stays open. */
  close(): void;
}

export interface LoopWatch extends FdWatch {
  /** The event loop does not live on for it. */
  unref(): void;
}

/** Calls back whenever a descriptor is readable, until the watch is closed. */
export type WatchFd = (fd: number, onReadable: () => void) => FdWatch;

/**
 * On Node.js 26 with koffi 3.3.4 nobody runs what such a callback leaves to process.nextTick() or in promises, until
 * something else happens: seen with 26.12.1, not with 24.22.3. Of 25 it is not known. An immediate runs it, in the same
 * turn of the loop.
 */
const leavesMicrotasks = Number(process.versions.node.split('.')[0]) >= 25;
const nothing = () => undefined;

// A handle that nothing refers to is collected, and its watch silently ends with it.
const held = new Set<node.PollHandle>();

/**
 * Watches a descriptor that epoll(7) understands by a `uv_poll_t` of Node's own loop:
 * no thread, no timer, no wake-up while nothing happens. The loop lives as long as the watch.
 *
 * An exception in the callback becomes an uncaught exception, as one in any event handler.
 */
export const watchFd = (fd: number, onReadable: () => void): LoopWatch => {
  const handle = koffi.node.poll(fd, { readable: true }, () => {
    // Nothing may be thrown through the native frames below.
    try {
      onReadable();
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    } finally {
      if (leavesMicrotasks) setImmediate(nothing);
    }
  });
  held.add(handle);
  return {
    close() {
      // Not stop() first or twice: on a closed handle it crashes.
      if (held.delete(handle)) handle.close();
    },
    unref() {
      if (held.has(handle)) handle.unref();
    },
  };
};
