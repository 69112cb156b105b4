import type { Answer, Connection } from './connection.js';
import { NscaNgError } from './errors.js';

/** The server has taken a command, which is all that it says; or why it has not. */
export type Pushed = { readonly taken: true } | { readonly taken: false; readonly reason: string };

const PUSH = (command: Buffer | undefined): string => (command ? `PUSH ${command.length}\r\n` : '');

/**
 * Gives the server one command after the other, each announced together with the command before it. What is refused
 * stops nothing. To be called within during() of the connection.
 *
 * @param greeting `MOIN`, if it is the first of its connection; the server allows what follows in the same write
 * @param onPushed for each, in order
 * @throws NscaNgError when the connection is of no use any more
 */
export async function pushAll(
  connection: Connection,
  { commands, greeting = '' }: { readonly commands: readonly Buffer[]; readonly greeting?: string },
  onPushed: (pushed: Pushed) => void,
): Promise<void> {
  connection.ask(greeting === '' ? 1 : 2, greeting + PUSH(commands[0]));
  if (greeting !== '') await greeted(connection);
  for (const [index, command] of commands.entries()) {
    const next = commands[index + 1];
    const announced = takenOf(connection, await connection.answer());
    if (announced.taken) {
      connection.ask(next ? 2 : 1, next ? Buffer.concat([command, Buffer.from(PUSH(next))]) : command);
      onPushed(takenOf(connection, await connection.answer()));
    } else {
      if (next) connection.ask(1, PUSH(next));
      onPushed(announced);
    }
  }
}

async function greeted(connection: Connection): Promise<void> {
  const answer = await connection.answer();
  if (answer.word !== 'MOIN' || answer.text !== '1') throw connection.unexpected(answer);
}

function takenOf(connection: Connection, answer: Answer): Pushed {
  if (answer.word === 'OKAY') return { taken: true };
  if (answer.word === 'FAIL') return { taken: false, reason: answer.text };
  throw connection.unexpected(answer);
}

/** Whether the server answers at all, within during(). It closes the connection then. @throws NscaNgError */
export async function ping(connection: Connection): Promise<void> {
  connection.ask(1, 'PING 1\r\n');
  const answer = await connection.answer();
  if (answer.word !== 'PONG') throw connection.unexpected(answer);
}

/** The server's words are few, and the commonest of them hides what is wrong. */
export function refusalOf(reason: string, where: string): NscaNgError {
  const words = JSON.stringify(reason.slice(0, 100));
  return new NscaNgError(
    'refused',
    /not authorized/i.test(reason)
      ? `${where} answered ${words}: permit this service by services or commands in the authorize section of its nsca-ng.cfg.`
      : `${where} answered ${words}.`,
  );
}
