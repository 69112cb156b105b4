import { connect } from 'node:net';
import type { AgentStatus } from './agent-status.js';
import { ControlError } from './control-error.js';
import { isTooLong, tooLong } from './path-length.js';

/** Milliseconds in which an agent answers. */
const PATIENCE = 5000;

/**
 * What the agent that answers at `path` tells of itself.
 *
 * @throws ControlError no-answer, not-permitted or bad-answer
 */
export async function askStatus(path: string): Promise<AgentStatus> {
  if (isTooLong(path)) throw new ControlError('no-answer', tooLong(path));
  const text = await answerAt(path);
  try {
    return JSON.parse(text) as AgentStatus;
  } catch (cause) {
    throw new ControlError('bad-answer', `what answers at ${path} is no agent of this kind`, { cause });
  }
}

async function answerAt(path: string): Promise<string> {
  const socket = connect(path).setEncoding('utf8');
  socket.setTimeout(PATIENCE, () =>
    socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
  );
  let text = '';
  try {
    for await (const part of socket) text += part as string;
    return text;
  } catch (error) {
    throw toControlError(path, error as NodeJS.ErrnoException);
  }
}

/** Why an agent could not be asked, by what the connection to it says. */
export function toControlError(path: string, cause: NodeJS.ErrnoException): ControlError {
  const { code = '' } = cause;
  if (code === 'EACCES' || code === 'EPERM')
    return new ControlError(
      'not-permitted',
      `this user may not ask the agent at ${path}: ask as root or as the agent's user`,
      { cause },
    );
  if (code === 'ETIMEDOUT')
    return new ControlError('no-answer', `the agent at ${path} gives no answer within ${PATIENCE / 1000} s`, {
      cause,
    });
  return new ControlError(
    'no-answer',
    `no agent answers at ${path}; is it running? start it with check_rlimit_passive -c FILE, or give its --socket`,
    { cause },
  );
}
