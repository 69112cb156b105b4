import { writerTo } from '../../src/ffi/index.js';
import { logLine } from './log.js';
import { LossyOutput } from './lossy-output.js';
import { handleWriteError, replaceOutputs } from './output.js';
import { QueuedOutput } from './queued-output.js';

/** Milliseconds that who reads has when the process ends. */
const AT_THE_END = 200;

/** Standard output of a command that has other things to do than to wait for who reads it. */
export interface StandardOutput {
  /** Bytes that are not taken yet. */
  readonly waiting: number;
  /** When all is taken. */
  drained(): Promise<void>;
  /** The process ends without it. */
  letGo(): void;
  /** What is taken within so many milliseconds, which nothing else is done in. */
  finish(milliseconds: number): void;
}

/**
 * From now on no output waits: standard output is kept until it is taken, and standard error, where the log is,
 * as far as there is room.
 */
export function neverWaitForReaders(): StandardOutput {
  const results = new QueuedOutput(writerTo(1), {
    holds: true,
    onError: (error) => {
      handleWriteError(1, error);
    },
  });
  const log = new LossyOutput(writerTo(2), (count) =>
    logLine('warning', `${count} ${count === 1 ? 'line was' : 'lines were'} lost here: nobody took them`),
  );
  replaceOutputs({ 1: results, 2: log });
  process.on('exit', () => {
    log.finish(AT_THE_END);
    results.finish(AT_THE_END);
  });
  return results;
}
