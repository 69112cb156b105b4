import type { ActionEvent, ActionOf } from './action.js';
import { runBounded, type Bounds, type Ended } from './bounded-program.js';
import { eventEnvironment, inheritedEnvironment } from './environment.js';
import { durationName } from './words.js';

/** @throws the error of spawn(), such as ENOENT */
export async function runProgram(
  { argv }: ActionOf<'run'>,
  event: ActionEvent,
  bounds: Bounds,
): Promise<string> {
  const ended = await runBounded(argv, { ...inheritedEnvironment(), ...eventEnvironment(event) }, bounds);
  const said = ended.stdout || ended.stderr;
  return [`ran ${argv[0]}`, trouble(ended, bounds), said].filter((part) => part !== '').join(': ');
}

/** Empty if it has ended well. */
export function trouble({ code, signal, timedOut }: Ended, { time }: Bounds): string {
  if (timedOut) return `stopped after ${durationName(time)}`;
  if (signal !== null) return `killed by ${signal}`;
  return code === 0 ? '' : `exit code ${code ?? ''}`;
}
