import { once } from 'node:events';
import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { ControlError } from './control-error.js';
import { isTooLong, tooLong } from './path-length.js';

export interface SocketServer {
  readonly path: string;
  /** Takes the socket away. Who is connected is cut off. */
  close(): Promise<void>;
}

/** At once; more are turned away. */
const MOST_CONNECTIONS = 16;
/** Nobody but the owner and the group may connect: to connect is to write (unix(7)). */
const NOT_FOR_OTHERS = 0o117;

/**
 * Calls back for everybody who connects to `path`, in a directory that is made if it is missing. A socket that
 * nobody answers at, left behind by an agent that was killed, is replaced.
 *
 * @throws ControlError in-use or cannot-listen
 */
export async function serveAt(path: string, onConnection: (socket: Socket) => void): Promise<SocketServer> {
  if (isTooLong(path)) throw new ControlError('cannot-listen', tooLong(path));
  try {
    makeDirectory(dirname(path));
    await removeStale(path);
    return await listen(path, onConnection);
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

async function listen(path: string, onConnection: (socket: Socket) => void): Promise<SocketServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Who goes away early is nobody's trouble.
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.maxConnections = MOST_CONNECTIONS;
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
