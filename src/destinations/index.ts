/**
 * Where results go: the kinds of destinations, each with its keys in the configuration file, what it cannot carry and
 * how it delivers. They promise one outcome for each result, in bounded time.
 */
export type { Deliver, Destination, Failure, Outcome } from './destination.js';
export { dryRunTo } from './dry-run.js';
export type { Examined, NamedService } from './kind.js';
export {
  destinationSettings,
  examineDestination,
  examineDestinationHere,
  introductions,
  makeDestination,
  nameProblem,
  namesAsked,
  type DestinationSettings,
  type Examination,
  type Introduction,
} from './kinds.js';
export type { Question } from './questions.js';
export { MOST_SERVERS } from './server-keys.js';
export { filesOf } from './when-answered.js';
