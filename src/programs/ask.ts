import { execFile } from 'node:child_process';

/** Seconds that a program of the system may take for an answer. */
export const LONGEST_ANSWER = 5;

/** What a program prints; `failed` when it is not there, or fails; `unanswered` when it takes too long. */
export type Answer = { readonly text: string } | 'failed' | 'unanswered';

/**
 * Asks a program of the system, which may ask others: a directory server, systemd. It is left alone when it takes too
 * long, or the signal says that nobody wants to know any more.
 */
export async function askProgram(
  file: string,
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile(file, parameters, { encoding: 'utf8' }, (error, text) => {
      settle(error ? 'failed' : { text });
    });
    // Not by execFile's own time limit: that waits for everybody who has the pipe.
    const giveUp = () => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      settle('unanswered');
    };
    const timer = setTimeout(giveUp, LONGEST_ANSWER * 1000);
    signal.addEventListener('abort', giveUp);
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(answer);
    };
  });
}
