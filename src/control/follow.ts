import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { ControlError } from './control-error.js';
import { toControlError } from './ask.js';
import { livePath, type LiveStatus } from './live-status.js';
import { isTooLong, tooLong } from './path-length.js';

/** Milliseconds in which an agent answers. */
const PATIENCE = 5000;

export interface Following {
  /** A document, and then each that is newer. */
  onStatus(status: LiveStatus): void;
  /** @param hangs it has been asked, and has not answered for a while; false: it has again */
  onHanging(hangs: boolean): void;
  /** It goes no further: the agent has ended, or was never there. */
  onEnd(error: ControlError): void;
}

/** Follows what the agent with this status socket tells of itself. Gives a function that ends it, before it calls back. */
export function followStatus(statusSocket: string, following: Following, patience = PATIENCE): () => void {
  const path = livePath(statusSocket);
  if (isTooLong(path)) {
    const told = setImmediate(() => {
      following.onEnd(new ControlError('no-answer', tooLong(path)));
    });
    return () => {
      clearImmediate(told);
    };
  }
  const socket = connect(path);
  let isOver = false;
  const end = (error?: ControlError) => {
    if (isOver) return;
    isOver = true;
    watchdog.stop();
    socket.destroy();
    if (error) following.onEnd(error);
  };
  const watchdog = new Watchdog(socket, patience, following);
  let hasAnswered = false;
  createInterface({ input: socket })
    .on('error', () => undefined)
    .on('line', (line) => {
      if (isOver) return;
      watchdog.heard();
      if (line === '') return;
      hasAnswered = true;
      const status = statusOf(line);
      if (status) following.onStatus(status);
      else end(new ControlError('bad-answer', `what answers at ${path} is no agent of this kind`));
    });
  socket.on('error', (error) => {
    end(hasAnswered ? ended(statusSocket) : toControlError(statusSocket, error));
  });
  socket.on('close', () => {
    end(ended(statusSocket));
  });
  return end;
}

const ended = (path: string) => new ControlError('no-answer', `the agent at ${path} has ended`);

function statusOf(line: string): LiveStatus | undefined {
  try {
    const status = JSON.parse(line) as Partial<LiveStatus> | null;
    return status && Array.isArray(status.services) && Array.isArray(status.crossings)
      ? (status as LiveStatus)
      : undefined;
  } catch {
    return undefined;
  }
}

/** An agent to which nothing happens is silent, and so is one that hangs: after a while it is asked. */
class Watchdog {
  readonly #socket: Socket;
  readonly #following: Following;
  readonly #timer: NodeJS.Timeout;
  #isAsked: boolean;
  #hangs = false;

  constructor(socket: Socket, patience: number, following: Following) {
    this.#socket = socket;
    this.#following = following;
    // Who connects has asked.
    this.#isAsked = true;
    this.#timer = setInterval(() => {
      this.#look();
    }, patience);
  }

  heard(): void {
    this.#isAsked = false;
    if (this.#hangs) this.#following.onHanging((this.#hangs = false));
    this.#timer.refresh();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#isAsked && !this.#hangs) this.#following.onHanging((this.#hangs = true));
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#socket.write('\n');
  }
}
