/**
 * Files that somebody else has to answer for: a server, or a program of FUSE. Looking at one can take for ever, and whoever
 * looks cannot even be ended meanwhile; so another program is sent in front, and nobody waits for it for longer than is
 * said. It promises that nothing is waited for itself, and that where there are no such mounts nobody is asked.
 */
export {
  answers,
  answersAtTheEnd,
  canHang,
  mustAnswer,
  notAnswered,
  placesBeforeMounts,
  UnansweredError,
  untilAnswered,
  whenAnswered,
} from './ask.js';
export { placesOf } from './path-places.js';
export { leaveMounts } from './script.js';
export { writeElsewhere } from './write.js';
