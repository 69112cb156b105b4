/**
 * What a service does to help itself: signals, limits, units, programs.
 *
 * It promises that a signal goes to the process that is watched and never to a later one of its number,
 * that programs are bounded in time and see no secret of the agent, and that whatever fails becomes a line
 * that says what is missing.
 */
export type { Action, ActionEvent, Frequency, ServiceActions } from './action.js';
export { Actions, type ActionsOptions } from './actions.js';
export type { StillWatched } from './watched-process.js';
