import { version } from 'node:os';
import { BpfObject, callTheKernel, sleepElsewhere, stayOnOneCpu, waitForNobody } from '../../ffi/index.js';
import { decodeFinding, encodeQuestion, type Finding, type HOOKS, QUESTION_HOOK } from '../layout/index.js';
import { objectBytes } from '../object-file.js';
import { isSince } from './kernel-release.js';
import { isBuiltToPreempt } from './preemption-model.js';

export type AskedHook = keyof typeof HOOKS;

const OBJECT = 'preemption';

/** What calls a hook once, and the program that is there. */
const CALLS: Record<AskedHook, { readonly program: string; readonly call: (object: BpfObject) => void }> = {
  run: {
    program: 'asks_run',
    call: (object) => {
      object.run('asks_run');
    },
  },
  'system-call': { program: 'asks_syscall', call: callTheKernel },
  tracepoint: { program: 'asks_tracepoint', call: waitForNobody },
};

const PROGRAMS = ['tells_mode', 'thread_leaves', ...Object.values(CALLS).map(({ program }) => program)];

/** When others become ready to run, in nanoseconds after the program is likely to be in its hook. */
const OTHERS_COME_AFTER = [700_000n, 1_500_000n, 3_000_000n, 5_000_000n];
/** Nanoseconds that another thread must have waited: only then it means something that nobody was preempted for it. */
const LONG_ENOUGH = 12_000_000n;
/** Nanoseconds within which a waiting thread gets the CPU once the thread that had it goes back to user space. */
const AT_ONCE = 3_000_000n;
const TRIES = 4;

/** `preempt_dynamic_none` and `preempt_dynamic_voluntary` (kernel/sched/core.c): nobody loses a CPU within the kernel. */
const NEVER = [0, 1];

/**
 * Whether the kernel says of itself that it does not preempt: in a millisecond. From 7.0 on there is no such mode.
 *
 * @throws SystemError the kernel cannot be asked: it is older than 5.17, or its JIT compiler is off
 */
export function saysItNeverPreempts(): boolean {
  if (!isBuiltToPreempt(version())) return true;
  return !isSince(7, 0) && withPrograms(['tells_mode'], (object) => NEVER.includes(object.run('tells_mode')));
}

/**
 * Whether programs at a hook are preempted here and now: a few milliseconds if so, some 20 if not. Undefined: that could
 * not be found out, since the machine is too busy.
 *
 * @throws SystemError the kernel cannot be asked: it is older than 5.17, or its JIT compiler is off
 */
export function isPreempted(hook: AskedHook): boolean | undefined {
  const { program, call } = CALLS[hook];
  return withPrograms(['thread_leaves', 'asks_run', program], (object) => {
    object.attach('thread_leaves');
    // The first run tells the programs which thread asks.
    object.run('asks_run');
    if (hook !== 'run') object.attach(program);
    const memory = object.memory('.data.question');
    // Now the threads of the pool are there, and none is born on one CPU.
    sleepElsewhere(0n);
    const runAnywhere = stayOnOneCpu();
    try {
      // From the question to the hook, as the try before has shown: long on a slow machine.
      let onTheWay = 0n;
      for (let tries = 0; tries < TRIES; tries++) {
        const asked = process.hrtime.bigint();
        const others = OTHERS_COME_AFTER.map((after) => asked + onTheWay + after);
        for (const time of others) sleepElsewhere(time);
        memory.write(encodeQuestion(hook), QUESTION_HOOK);
        call(object);
        const finding = decodeFinding(memory.read());
        if (finding.wasPreempted) return true;
        if (othersHaveWaited(finding, others)) return false;
        if (finding.began > asked) onTheWay = finding.began - asked;
      }
      return undefined;
    } finally {
      runAnywhere();
    }
  });
}

/** Loads some of the programs, and unloads them at the end. */
function withPrograms<T>(programs: readonly string[], use: (object: BpfObject) => T): T {
  const object = new BpfObject(objectBytes(OBJECT));
  try {
    for (const name of PROGRAMS) if (!programs.includes(name)) object.skipProgram(name);
    object.load();
    return use(object);
  } finally {
    object.close();
  }
}

function othersHaveWaited({ began, ended, left }: Finding, others: readonly bigint[]): boolean {
  const cameInside = others.some((time) => time > began && ended - time > LONG_ENOUGH);
  return cameInside && left !== 0n && left - ended < AT_ONCE;
}
