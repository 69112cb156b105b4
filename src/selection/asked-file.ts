import { answers, canHang, notAnswered, untilAnswered } from '../mounts/index.js';
import { AskedAgain, type Outcome } from './asked-again.js';
import type { OnAnswer, SelectorLog } from './selector.js';

/** Who is meant is in a file, or is a file. */
export interface AskedFile {
  readonly path: string;
  /** Looks at it, now that it answers; says why it does not say who is meant, if it does not. */
  readonly look: () => string | undefined;
  /** It does not answer: goes on with whom it meant before, and says who that is; undefined: nobody knows. */
  readonly stay: () => string | undefined;
  readonly log: SelectorLog;
  readonly onAnswer: OnAnswer;
}

/** A file that is looked at now and whenever it may be another. One that somebody else has to answer for is asked for first. */
export function askedFile({ path, look, stay, log, onAnswer }: AskedFile): AskedAgain {
  let isSilent = false;
  return new AskedAgain({
    files: [path],
    log,
    onAnswer,
    ask: (signal) => {
      if (canHang(path)) return askFirst(signal);
      isSilent = false;
      // It is followed.
      return { ...doubtOf(look()), isOpen: false };
    },
  });

  async function askFirst(signal: AbortSignal): Promise<Outcome> {
    const isAnswered = await answers(path, signal);
    if (signal.aborted) return {};
    const wasSilent = isSilent;
    isSilent = !isAnswered;
    // Who has it does not tell whatever keeps him from giving it.
    if (isAnswered) return doubtOf(look());
    const doubt = notAnswered(path);
    const before = stay();
    if (!wasSilent) log('warning', `${doubt}; ${before ?? 'it is asked again'}`);
    const until = untilAnswered(path);
    return before === undefined ? { doubt, until } : { isOpen: true, until };
  }
}

function doubtOf(doubt: string | undefined): Outcome {
  return doubt === undefined ? {} : { doubt };
}
