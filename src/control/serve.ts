import type { Socket } from 'node:net';
import type { AgentStatus } from './agent-status.js';
import { serveAt, type SocketServer } from './socket-server.js';

export type StatusServer = SocketServer;

/** Called for each question. Whoever asks in the middle of a change is answered after it. */
export type StatusSource = () => AgentStatus | Promise<AgentStatus>;

/** Milliseconds that one who asked has to take the answer. */
const PATIENCE = 5000;

/**
 * Answers everybody who connects to `path`.
 *
 * @throws ControlError in-use or cannot-listen
 */
export function serveStatus(path: string, status: StatusSource): Promise<StatusServer> {
  return serveAt(path, (socket) => void answer(socket, status));
}

async function answer(socket: Socket, status: StatusSource): Promise<void> {
  // What is sent here is not looked at; left unread, it would keep the connection from ending.
  socket.resume();
  socket.setTimeout(PATIENCE, () => socket.destroy());
  try {
    socket.end(`${JSON.stringify(await status())}\n`);
  } catch {
    socket.destroy();
  }
}
