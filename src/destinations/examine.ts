import { durationName } from '../text/index.js';
import { within } from '../waiting/index.js';
import type { DestinationKind, Examined, NamedService } from './kind.js';

/** Milliseconds for all that is asked of one destination. */
const LONGEST = 10_000;

/** What of a destination is missing on this machine, without asking its server. */
export async function examineHere<Settings extends { readonly type: string }>(
  kind: DestinationKind<Settings>,
  settings: Settings,
): Promise<readonly Examined[]> {
  if (kind.staysHere) return (await examineBy(kind, settings, [])) ?? [];
  try {
    kind.make(settings);
  } catch (error) {
    return [{ status: 'failed', text: (error as Error).message }];
  }
  return [{ status: 'ok', text: 'nothing that it needs here is missing; its server was not asked' }];
}

/**
 * What a kind says of its server, or what is missing here to ask it.
 *
 * @param longest milliseconds, after which nobody waits any more
 * @returns undefined if this kind of server cannot be asked
 */
export async function examineBy<Settings extends { readonly type: string }>(
  kind: DestinationKind<Settings>,
  settings: Settings,
  services: readonly NamedService[],
  longest = LONGEST,
): Promise<readonly Examined[] | undefined> {
  try {
    kind.make(settings);
  } catch (error) {
    return [{ status: 'failed', text: (error as Error).message }];
  }
  const answers = await within(longest, async (signal) => kind.examine?.(settings, services, signal));
  if (answers !== 'late') return answers;
  return [{ status: 'failed', text: `has not answered within ${durationName(longest)}` }];
}
