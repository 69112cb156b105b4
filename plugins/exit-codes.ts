/** Exit codes of a monitoring plugin; whatever goes wrong here is UNKNOWN. */
export const EXIT_OK = 0;
export const EXIT_UNKNOWN = 3;

/** The command cannot go on. The message is one line that says what is wrong and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
