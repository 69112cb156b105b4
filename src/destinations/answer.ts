import type { Examined } from './kind.js';

/** The one answer of a server: what `ask` says, or why it could not, by `reasonOf` its error. */
export async function answerOf(
  ask: () => Promise<string>,
  reasonOf = (error: unknown) => (error as Error).message,
): Promise<readonly Examined[]> {
  try {
    return [{ status: 'ok', text: await ask() }];
  } catch (error) {
    return [{ status: 'failed', text: reasonOf(error) }];
  }
}
