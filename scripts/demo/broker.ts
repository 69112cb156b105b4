/**
 * The process that leaks: started with a limit of its own, it opens and closes descriptors at a pace that a person
 * can follow, and writes a line for each.
 *
 *   in:  a line with the count to go to
 *   out: `COUNT TIME`, the number of open files and the time before the step to it, in ns of CLOCK_MONOTONIC
 */
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The agent watches for 1.5 s whether a server hangs up on a result, and sends the next one after that. At this
 * pace there is more than that between two crossings, and what is seen is the latency of each by itself.
 */
const PACE = 60;

process.title = 'broker';
// Before counting: it takes descriptors of its own.
const commands = createInterface({ input: process.stdin });
const leaked: number[] = [];
// Listing the folder took one too, which is closed by now.
const own = readdirSync('/proc/self/fd').length - 1;

function step(up: boolean): void {
  const time = process.hrtime.bigint();
  if (up) leaked.push(openSync('/dev/null', 'r'));
  else closeSync(leaked.pop() ?? -1);
  tell(time);
}

function tell(time: bigint): void {
  writeSync(1, `${own + leaked.length} ${time}\n`);
}

tell(process.hrtime.bigint());
for await (const line of commands) {
  const target = Number(line);
  while (own + leaked.length !== target) {
    step(own + leaked.length < target);
    await pause(PACE);
  }
}
