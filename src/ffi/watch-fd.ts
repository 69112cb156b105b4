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
