import koffi from 'koffi';
import type { Way } from './way.js';

const libc = koffi.load(null);
const usleep = libc.func('usleep', 'int', ['uint']) as (microseconds: number) => number;

const MICROSECONDS = 2000;

/** The way in which a process uses CPU time: it works, and is charged when it gives up the CPU at the latest. */
export const changeCpu: readonly Way[] = [
  {
    name: 'CPU time',
    onlyUp: true,
    change: () => {
      const used = () => {
        const { user, system } = process.cpuUsage();
        return user + system;
      };
      const before = used();
      while (used() - before < MICROSECONDS);
      usleep(1);
    },
  },
];
