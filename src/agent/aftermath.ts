import type { Log } from '../log/index.js';
import type { ServiceResult } from '../services/index.js';

type Lines = readonly string[];

export interface AftermathOptions {
  /** What the worst process holds; a promise only if that takes long. */
  readonly explanationOf: (change: ServiceResult) => Lines | Promise<Lines>;
  /** Whether the service is still in the state of the change. */
  readonly isStillSo: (change: ServiceResult) => boolean;
  /** Tells lines about the change by a further result. */
  readonly detail: (change: ServiceResult, lines: Lines) => void;
  readonly log: Log;
}

/** What is being done about a change. */
interface Remedying {
  readonly change: ServiceResult;
  readonly outcomes: Promise<Lines>;
  /** What the process holds. */
  readonly explanation: Lines | Promise<Lines>;
  /** Its service is in no result any more; what has come of it is told in the log. */
  isForLog: boolean;
}

/**
 * What comes of a change later, and is told by further results: what the process holds, where that takes long to gather,
 * and what has been done about it. It outlives the agent that told the change.
 */
export class Aftermath {
  readonly #options: AftermathOptions;
  /** Of whom it is still gathered what their process holds. */
  readonly #explaining = new Set<ServiceResult>();
  readonly #remedying = new Set<Remedying>();
  #isClosed = false;

  constructor(options: AftermathOptions) {
    this.#options = options;
  }

  /** A worsening does not wait for what it takes long to gather. */
  async explain(change: ServiceResult, gathered: Lines | Promise<Lines>): Promise<void> {
    this.#explaining.add(change);
    const lines = await gathered;
    if (this.#isClosed) return;
    this.#explaining.delete(change);
    if (lines.length > 0 && this.#options.isStillSo(change)) this.#options.detail(change, lines);
  }

  /** @param outcomes of what is being done */
  remedy(change: ServiceResult, outcomes: Promise<Lines>, explanation: Lines | Promise<Lines>): void {
    void this.#remedy({ change, outcomes, explanation, isForLog: false });
  }

  /**
   * Another is closed, whose agent this one's follows.
   *
   * @param isSame whether the service of a change is the same in both
   */
  goOnFrom(other: Aftermath, isSame: (change: ServiceResult) => boolean): void {
    const explanations = new Map<ServiceResult, Lines | Promise<Lines>>();
    for (const change of other.#explaining) {
      if (!isSame(change)) continue;
      // What was gathered has come to nothing with the other's way to look.
      const explanation = this.#options.explanationOf(change);
      explanations.set(change, explanation);
      void this.explain(change, explanation);
    }
    for (const { change, outcomes, explanation, isForLog } of other.#remedying)
      void this.#remedy({
        change,
        outcomes,
        explanation: explanations.get(change) ?? explanation,
        isForLog: isForLog || !isSame(change),
      });
    other.#explaining.clear();
    other.#remedying.clear();
  }

  /** Another goes on from this; or nobody, and what comes of it until abandon() is told in the log. */
  close(isEnding: boolean): void {
    this.#isClosed = true;
    if (isEnding) for (const each of this.#remedying) each.isForLog = true;
  }

  /** The process ends. */
  abandon(): void {
    for (const { change } of this.#remedying)
      this.#options.log(
        'warning',
        `${became(change)}, and what is done about it is not waited for: the agent ends`,
      );
    this.#remedying.clear();
  }

  async #remedy(remedying: Remedying): Promise<void> {
    const { change, outcomes, explanation } = remedying;
    this.#remedying.add(remedying);
    const done = await outcomes;
    const lines = done.length > 0 && !remedying.isForLog ? [...done, ...(await explanation)] : done;
    const isForNext = this.#isClosed && !remedying.isForLog;
    if (isForNext || !this.#remedying.delete(remedying) || lines.length === 0) return;
    if (remedying.isForLog) this.#options.log('notice', `${became(change)}: ${lines.join('; ')}`);
    else this.#options.detail(change, lines);
  }
}

function became({ host, service, state }: ServiceResult): string {
  return `${service} of ${host} became ${state}`;
}
