import { askProgram } from './asked-program.js';

/** The uid of a user: a name, wherever the system has its users (nsswitch.conf(5)), or a number. */
export async function userNumber(name: string): Promise<number | undefined> {
  if (/^\d{1,10}$/.test(name)) return Number(name);
  const answer = await askProgram('id', ['-u', '--', name]);
  return answer === undefined ? undefined : Number(answer);
}
