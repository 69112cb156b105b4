import { inheritedEnvironment, runBounded, troubleOf, type Bounds } from '../programs/index.js';
import type { ActionEvent, ActionOf } from './action.js';
import { eventEnvironment } from './environment.js';

/** @throws the error of spawn(), such as ENOENT */
export async function runProgram(
  { argv }: ActionOf<'run'>,
  event: ActionEvent,
  bounds: Bounds,
): Promise<string> {
  const environment = { ...inheritedEnvironment(), ...eventEnvironment(event) };
  const ended = await runBounded(argv, { environment, bounds });
  const said = ended.stdout || ended.stderr;
  return [`ran ${argv[0]}`, troubleOf(ended, bounds), said].filter((part) => part !== '').join(': ');
}
