import { z } from 'zod';
import type { ProcessSelector } from '../config.js';
import { section } from './section.js';
import { wants } from './wants.js';

/** PID_MAX_LIMIT of a 64-bit kernel (include/linux/threads.h); a pid is below it. */
const pidLimit = 4_194_304;

const pid = z
  .int(wants('a process id', 'pid: 4711'))
  .min(1, wants('a process id', 'pid: 4711'))
  .lt(pidLimit, wants('a process id', 'pid: 4711'));

export const processSelector = section('a selector of processes', 'process: { pid: 4711 }', {
  pid,
}).transform((selector): ProcessSelector => ({ kind: 'pid', pid: selector.pid }));
