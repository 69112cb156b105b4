import { readFileSync } from 'node:fs';
import { version } from 'node:os';
import { SystemError } from '../../ffi/index.js';
import type { HookKind } from './hook.js';
import { isSince } from './kernel-release.js';
import { PROG_ACTIVE, symbolsInKernel, whyNoneOf, whyUnknownDepth } from './kernel-symbols.js';
import { everyFunction, type Kernel } from './plan.js';
import { isRealTime, preemptsWhoStaysOnCpu } from './preemption-model.js';
import { type AskedHook, isPreempted, saysItNeverPreempts } from './preemption.js';

/** Where libbpf looks up the number of a classic tracepoint. */
const TRACEPOINT_IDS = ['/sys/kernel/debug/tracing', '/sys/kernel/tracing'].map(
  (folder) => `${folder}/events/sched/sched_process_exit/id`,
);

/** The running kernel. It is asked once for each thing, when that is first wanted. */
class ThisKernel implements Kernel {
  #symbols: ReadonlySet<string> | undefined;
  #hasClassicTracepoints: boolean | undefined;
  #saysItNeverPreempts: boolean | undefined;
  readonly #answers = new Map<AskedHook, boolean>();

  has(functions: readonly string[]): boolean {
    if (functions.length === 0) return true;
    const symbols = this.#readSymbols();
    return functions.every((name) => symbols.has(name));
  }

  whyNoneOf(functions: string): string {
    return whyNoneOf(functions, this.#readSymbols());
  }

  readonly knowsItsTypes = true;

  /** See bpf_tracing_prog_attach() in kernel/bpf/syscall.c, and Linux's commit f3a95075549e. */
  readonly attachesAgain = isSince(5, 13);

  get cannotTell(): string | undefined {
    // The objects for those have no program that could.
    if (!isSince(5, 17)) return 'it is older than 5.17';
    return whyUnknownDepth(this.#readSymbols());
  }

  hasClassicTracepoints(): boolean {
    this.#hasClassicTracepoints ??= TRACEPOINT_IDS.some(isReadable);
    return this.#hasClassicTracepoints;
  }

  preempts(kind: HookKind): boolean {
    switch (kind) {
      case 'scheduler':
      case 'kprobe':
      case 'classic':
        return false;
      case 'trampoline':
        // Such a program may not change its CPU. Until 5.11 nobody is skipped for it (__bpf_prog_enter() in kernel/bpf/trampoline.c).
        return isSince(5, 11) && this.#canBePreempted('run');
      case 'system-call':
      case 'tracepoint':
        // Such programs are skipped from 6.1 on, when they got a counter (__bpf_trace_run() in kernel/trace/bpf_trace.c).
        return isSince(6, 1) && this.isPreemptible && this.#canBePreempted(kind);
      case 'locked':
        return isRealTime(version()) && this.preempts('tracepoint');
    }
  }

  get isPreemptible(): boolean {
    return preemptsWhoStaysOnCpu(version()) && this.#canBePreempted('run');
  }

  #readSymbols(): ReadonlySet<string> {
    if (!this.#symbols) {
      const { all, first } = everyFunction();
      this.#symbols =
        isSince(5, 17) && this.isPreemptible
          ? symbolsInKernel([...all, PROG_ACTIVE], [...first, PROG_ACTIVE])
          : symbolsInKernel(all, first);
    }
    return this.#symbols;
  }

  /** What cannot be asked or found out is not taken for safe: that costs cheapness and no exactness. */
  #canBePreempted(hook: AskedHook): boolean {
    this.#saysItNeverPreempts ??= unlessRefused(saysItNeverPreempts) ?? false;
    if (this.#saysItNeverPreempts) return false;
    let answer = this.#answers.get(hook);
    if (answer === undefined) {
      answer = unlessRefused(() => isPreempted(hook)) ?? true;
      this.#answers.set(hook, answer);
    }
    return answer;
  }
}

export const thisKernel: Kernel = new ThisKernel();

/** The same where its types come from a file: by those, a program finds no variable of the kernel's. */
export const thisKernelWithoutTypes: Kernel = {
  has: (functions) => thisKernel.has(functions),
  whyNoneOf: (functions) => thisKernel.whyNoneOf(functions),
  preempts: (kind) => thisKernel.preempts(kind),
  hasClassicTracepoints: () => thisKernel.hasClassicTracepoints(),
  get isPreemptible() {
    return thisKernel.isPreemptible;
  },
  knowsItsTypes: false,
  cannotTell: 'it has no BTF of its own',
  attachesAgain: thisKernel.attachesAgain,
};

/** Undefined: the kernel cannot be asked. */
function unlessRefused<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

function isReadable(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}
