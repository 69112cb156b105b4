/**
 * npm run soak: the agent for an hour among processes that are born and end, reloads, servers that are killed, a clock
 * that is set and a log that nobody reads. What it has of the machine stays the same, and at the end every state is true.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions, usage, UsageError } from './options.js';
import { soak, type Outcome } from './soak.js';

/** From dist/test/soak/ to the sources. */
const RESULT = new URL('../../../bench/results/soak.json', import.meta.url).pathname;
/** Minutes, from which on a run says something. */
const WORTH_KEEPING = 10;

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`soak: ${line}\n`);

/** Answers with the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  if (process.getuid?.() !== 0) throw new UsageError('it needs root, as the agent does');
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  try {
    const outcome = await soak(options, folder, complain);
    say(text(outcome));
    if (options.minutes >= WORTH_KEEPING) writeFileSync(RESULT, text(outcome));
    for (const fault of outcome.faults) complain(fault);
    return outcome.faults.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function text(outcome: Outcome): string {
  const machine = { kernel: release(), arch: process.arch, processors: cpus().length, node: process.version };
  const rounded = (_key: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toFixed(1)) : value;
  return `${JSON.stringify({ name: 'soak', machine, ...outcome }, rounded, 2)}\n`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  complain(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 3;
}
