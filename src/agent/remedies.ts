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

  /** What was done about a state is not done again, and counts as often as it was done. */
  goOnFrom(other: Remedies): void {
    this.#state = other.#state;
    this.#actions.goOnFrom(other.#actions);
  }

  /** The lines that tell what has been done about this change; none if nothing is to be done. Never rejects. */
  async after(change: ServiceResult): Promise<readonly string[]> {
    const previousState = this.#state;
    this.#state = change.state;
    if (previousState === change.state || !this.#actions.has(change.state)) return [];
    const { resource } = this.#service;
    const { host, service, state, worst } = change;
    return this.#actions.perform({
      ...{ host, service, state, previousState, resource, output: pluginOutput(change) },
      ...(worst && { process: { ...worst.process, ...worst.reading } }),
    });
  }
}
