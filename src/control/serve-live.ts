import type { Socket } from 'node:net';
import type { LiveStatus } from './live-status.js';
import { serveAt } from './socket-server.js';

/** Milliseconds between two documents: as quick as an eye, and no more work than that. */
const PAUSE = 250;

export interface LiveServer {
  readonly path: string;
  /** Something may be other than it was. It costs nothing while nobody looks. */
  readonly changed: () => void;
  readonly close: () => Promise<void>;
}

/** Undefined: nothing can be told now, and changed() is called when it can. */
export type LiveSource = () => LiveStatus | undefined;

/**
 * Gives everybody who connects to `path` a document in a line, and another one after each change. Who sends something
 * gets an empty line: the agent is there, though it has nothing to say. Who takes nothing gets the newest when he does.
 *
 * @throws ControlError in-use or cannot-listen
 */
export async function serveLive(path: string, source: LiveSource): Promise<LiveServer> {
  const viewers = new Map<Socket, Viewer>();
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    if (viewers.size === 0) return;
    const status = source();
    if (!status) return;
    const line = `${JSON.stringify(status)}\n`;
    for (const viewer of viewers.values()) viewer.tell(line);
  };
  const tellAfter = (delay: number) => {
    timer ??= setTimeout(tell, delay);
  };
  const server = await serveAt(path, (socket) => {
    const viewer = new Viewer(socket, () => {
      tellAfter(0);
    });
    viewers.set(socket, viewer);
    socket.once('close', () => viewers.delete(socket));
    // At once, and not with what comes next of the others.
    clearTimeout(timer);
    timer = undefined;
    tellAfter(0);
  });
  return {
    path,
    changed: () => {
      if (viewers.size > 0) tellAfter(PAUSE);
    },
    close: async () => {
      clearTimeout(timer);
      await server.close();
    },
  };
}

class Viewer {
  readonly #socket: Socket;
  readonly #askAgain: () => void;
  #isBehind = false;

  /** @param askAgain he has taken what there was, and has missed something since */
  constructor(socket: Socket, askAgain: () => void) {
    this.#socket = socket;
    this.#askAgain = askAgain;
    socket.on('data', () => {
      if (socket.writableLength === 0) socket.write('\n');
    });
    socket.on('drain', () => {
      if (!this.#isBehind) return;
      this.#isBehind = false;
      this.#askAgain();
    });
  }

  tell(line: string): void {
    this.#isBehind = this.#socket.writableLength > 0;
    if (!this.#isBehind) this.#socket.write(line);
  }
}
