import { inheritedEnvironment, runBounded, troubleOf, type Bounds } from '../programs/index.js';
import { durationName } from '../text/index.js';
import type { ActionOf } from './action.js';

/** What systemctl says if polkit does not allow it. */
const NOT_ALLOWED = /authentication (?:is )?required|access denied|not authorized/i;

/**
 * Waits for the unit to be up again, within the bounds. systemd goes on with it in any case.
 *
 * @throws the error of spawn(), such as ENOENT
 */
export async function restartUnit({ unit }: ActionOf<'restart-unit'>, bounds: Bounds): Promise<string> {
  const environment = { ...inheritedEnvironment(), LC_ALL: 'C' };
  const ended = await runBounded(['systemctl', '--no-ask-password', 'restart', '--', unit], {
    environment,
    bounds,
  });
  if (ended.timedOut) return `restart of ${unit} takes longer than ${durationName(bounds.time)}`;
  const problem = troubleOf(ended, bounds);
  if (problem === '') return `restarted ${unit}`;
  const hint = NOT_ALLOWED.test(ended.stderr)
    ? 'needs a polkit rule that lets the user of the agent manage units'
    : '';
  return [`could not restart ${unit}`, problem, hint, ended.stderr].filter((part) => part !== '').join(': ');
}
