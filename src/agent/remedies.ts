import { Actions, type StillWatched } from '../actions/index.js';
import { pluginOutput, type ServiceResult, type State } from '../services/index.js';
import type { ConfiguredService } from './selections.js';

/** What a service does to help itself when its state has changed. */
export class Remedies {
  readonly #service: ConfiguredService['service'];
  readonly #actions: Actions;
  #state: State = 'OK';

  constructor(
    { service, definition }: ConfiguredService,
    options: { readonly stillWatched: StillWatched; readonly dryRun: boolean },
  ) {
    this.#service = service;
    this.#actions = new Actions({ actions: definition.actions, ...options });
  }

  /** Nobody watches until others go on from these: what needs that waits for them. */
  pause(): void {
    this.#actions.pause();
  }

  /** What was done about a state is not done again, and counts as often as it was done; what is under way goes on. */
  goOnFrom(other: Remedies): void {
    this.#state = other.#state;
    this.#actions.goOnFrom(other.#actions);
  }

  /** No others go on from these. */
  end(reason?: string): void {
    this.#actions.end(reason);
  }

  /**
   * Does what is to be done about this change.
   *
   * @returns the lines that tell what has come of it, which never rejects; undefined if nothing is to be done
   */
  after(change: ServiceResult): Promise<readonly string[]> | undefined {
    const previousState = this.#state;
    this.#state = change.state;
    if (previousState === change.state || !this.#actions.has(change.state)) return undefined;
    const { resource } = this.#service;
    const { host, service, state, worst } = change;
    return this.#actions.perform({
      ...{ host, service, state, previousState, resource, output: pluginOutput(change) },
      ...(worst && { process: { ...worst.process, ...worst.reading } }),
    });
  }
}
