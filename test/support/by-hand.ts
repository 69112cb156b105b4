import type { WatchFd } from '../../src/ffi/index.js';

/** A descriptor that is read when a test says so, and only then. */
export function byHand(): { watchFd: WatchFd; read: () => void } {
  let read: () => void = () => undefined;
  const watchFd: WatchFd = (_fd, onReadable) => {
    read = onReadable;
    return { close: () => undefined };
  };
  return {
    watchFd,
    read: () => {
      read();
    },
  };
}
