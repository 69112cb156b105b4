import { execFile, type ExecFileException } from 'node:child_process';
import { clip, printable } from '../text/index.js';
import { startTrouble } from './trouble.js';

/** Seconds that a program of the system may take for an answer. */
const LONGEST_ANSWER = 5;
/** Characters of what it says of its failure. */
const LONGEST_REASON = 200;

/** Why a program has printed nothing that is an answer. */
export interface NoAnswer {
  /** `late`: it takes too long; `refused`: it ended by itself, with a failure; `broken`: it was not run to its end. */
  readonly failure: 'late' | 'refused' | 'broken';
  /** One line, behind the name of what was asked for: `was not answered within 5 s`. */
  readonly reason: string;
}

/** What a program prints. */
export type Answer = { readonly text: string } | NoAnswer;

/**
 * Asks a program of the system, which may ask others: a directory server, systemd. It is left alone when it takes too
 * long, or the signal says that nobody wants to know any more.
 */
export async function askProgram(
  file: string,
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise<Answer>((resolve) => {
    const child = execFile(file, parameters, { encoding: 'utf8' }, (error, text, said) => {
      settle(error ? noAnswer(file, error, said) : { text });
    });
    // Not by execFile's own time limit: that waits for everybody who has the pipe.
    const giveUp = () => {
      child.kill('SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      settle({ failure: 'late', reason: `was not answered within ${LONGEST_ANSWER} s` });
    };
    const timer = setTimeout(giveUp, LONGEST_ANSWER * 1000);
    signal.addEventListener('abort', giveUp);
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(answer);
    };
    // Without memory to start it, that is thrown at once.
  }).catch((error: unknown) => noAnswer(file, error as ExecFileException, ''));
}

function noAnswer(file: string, error: ExecFileException, said: string): NoAnswer {
  const { code, signal } = error;
  const isRefused = typeof code === 'number';
  const [line = ''] = said.trimStart().split('\n', 1);
  const end = isRefused ? `exit code ${code}` : signal ? `killed by ${signal}` : startTrouble(error, [file]);
  const words = line.trim() || `${file}: ${end}`;
  return {
    failure: isRefused ? 'refused' : 'broken',
    reason: clip(printable(`was not answered: ${words}`), LONGEST_REASON),
  };
}
