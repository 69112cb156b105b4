import { once } from 'node:events';
import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { AgentStatus } from './agent-status.js';
import { ControlError } from './control-error.js';
import { isTooLong, tooLong } from './path-length.js';

export interface StatusServer {
  readonly path: string;
  /** Takes the socket away. Who is being answered is cut off. */
  close(): Promise<void>;
}

/** Called for each question. Whoever asks in the middle of a change is answered after it. */
export type StatusSource = () => AgentStatus | Promise<AgentStatus>;

/** Milliseconds that one who asked has to take the answer. */
const PATIENCE = 5000;
/** At once; more are turned away. */
const MOST_QUESTIONS = 16;
/** Nobody but the owner and the group may connect: to connect is to write (unix(7)). */
const NOT_FOR_OTHERS = 0o117;

/**
 * Answers everybody who connects to `path`, in a directory that is made if it is missing. A socket that
 * nobody answers at, left behind by an agent that was killed, is replaced.
 *
 * @throws ControlError in-use or cannot-listen
 */
export async function serveStatus(path: string, status: StatusSource): Promise<StatusServer> {
  if (isTooLong(path)) throw new ControlError('cannot-listen', tooLong(path));
  try {
    makeDirectory(dirname(path));
    await removeStale(path);
    return await listen(path, status);
  } catch (error) {
    if (error instanceof ControlError) throw error;
    const { message } = error as Error;
    throw new ControlError('cannot-listen', `the status socket ${path} cannot be made: ${message}`, {
      cause: error,
    });
  }
}

/** The last part of the path only: what is above it says where the machine has such things. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, 0o755);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket())
    throw new ControlError('cannot-listen', `${path} is there and is no socket: name another status socket`);
  if (await answers(path))
    throw new ControlError(
      'in-use',
      `another agent answers at ${path}: stop it, or give each a status socket of its own`,
    );
  unlinkSync(path);
}

/** Whether somebody listens there. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

async function listen(path: string, status: StatusSource): Promise<StatusServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    void answer(socket, status);
  });
  server.maxConnections = MOST_QUESTIONS;
  await bind(server, path);
  return {
    path,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bind(server: Server, path: string): Promise<void> {
  // The socket has these rights from its birth on: bind(2) happens within listen().
  const before = process.umask(NOT_FOR_OTHERS);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await once(server, 'listening');
}

async function answer(socket: Socket, status: StatusSource): Promise<void> {
  // Who goes away early is nobody's trouble.
  socket.on('error', () => undefined);
  // What is sent here is not looked at; left unread, it would keep the connection from ending.
  socket.resume();
  socket.setTimeout(PATIENCE, () => socket.destroy());
  try {
    socket.end(`${JSON.stringify(await status())}\n`);
  } catch {
    socket.destroy();
  }
}
